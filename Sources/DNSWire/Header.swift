// SPDX-License-Identifier: Apache-2.0

/// Who a message belongs to and what it wants. RFC 1035 section 4.1.1, RFC 4035 section 3.1.6.
package struct Header: Hashable, Sendable {
    package var id: UInt16
    /// The second word as it is on the wire.
    package var bits: UInt16

    package init(id: UInt16, bits: UInt16 = 0) {
        self.id = id
        self.bits = bits
    }

    /// QR.
    package var isResponse: Bool {
        get { self[15] }
        set { self[15] = newValue }
    }
    /// AA.
    package var isAuthoritative: Bool {
        get { self[10] }
        set { self[10] = newValue }
    }
    /// TC.
    package var isTruncated: Bool {
        get { self[9] }
        set { self[9] = newValue }
    }
    /// RD.
    package var isRecursionDesired: Bool {
        get { self[8] }
        set { self[8] = newValue }
    }
    /// RA.
    package var isRecursionAvailable: Bool {
        get { self[7] }
        set { self[7] = newValue }
    }
    /// AD.
    package var isAuthenticData: Bool {
        get { self[5] }
        set { self[5] = newValue }
    }
    /// CD.
    package var isCheckingDisabled: Bool {
        get { self[4] }
        set { self[4] = newValue }
    }

    package var opcode: Opcode {
        get { Opcode(rawValue: UInt8(bits >> 11 & 0xf)) }
        set { bits = bits & ~0x7800 | UInt16(newValue.rawValue & 0xf) << 11 }
    }

    /// Of a response to this query: same id, opcode, RD and CD. RFC 1035 section 4.1.1, RFC 4035 section 3.2.2.
    package var response: Header { Header(id: id, bits: bits & 0x7910 | 0x8000) }

    private subscript(bit: Int) -> Bool {
        get { bits >> bit & 1 == 1 }
        set { bits = newValue ? bits | 1 << bit : bits & ~(1 << bit) }
    }
}

/// What a message asks for. Source: IANA DNS OpCodes.
package struct Opcode: RawRepresentable, Hashable, Sendable {
    /// 0...15
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let query = Opcode(rawValue: 0)
    package static let status = Opcode(rawValue: 2)
    package static let notify = Opcode(rawValue: 4)
    package static let update = Opcode(rawValue: 5)
}

/// How a question ended. Twelve bits, of which the upper eight travel in the OPT record. Source: IANA DNS RCODEs.
package struct ResponseCode: RawRepresentable, Hashable, Sendable {
    /// 0...4095
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue & 0xfff }

    package static let noError = ResponseCode(rawValue: 0)
    package static let formatError = ResponseCode(rawValue: 1)
    package static let serverFailure = ResponseCode(rawValue: 2)
    /// NXDOMAIN
    package static let nameError = ResponseCode(rawValue: 3)
    package static let notImplemented = ResponseCode(rawValue: 4)
    package static let refused = ResponseCode(rawValue: 5)
    /// BADVERS. RFC 6891 section 9.
    package static let badVersion = ResponseCode(rawValue: 16)
}
