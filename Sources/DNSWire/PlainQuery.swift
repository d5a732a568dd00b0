// SPDX-License-Identifier: Apache-2.0

/// A query for one name that is written out, in class IN, with an OPT record of the version that all speak or with none:
/// what programs ask all day. It is read where it lies and takes no memory.
package struct PlainQuery: Sendable {
    /// Of the question's name in any message.
    static let nameStart = 12
    private static let emptyOPTLength = 11

    package let header: Header
    /// Where the labels of the name are, without the root's.
    package let name: Range<Int>
    package let type: RecordType
    /// What the OPT record says; options are nobody's concern. Nil without one.
    package let edns: EDNS?

    /// Nil for everything else, malformed or not.
    ///
    /// - Parameter count: Octets of `bytes` that were received; nil for all.
    package init?(_ bytes: [UInt8], count: Int? = nil) {
        let end = min(max(count ?? bytes.count, 0), bytes.count)
        guard end >= Self.nameStart + 5, bytes.word(at: 4) == 1, bytes.word(at: 6) == 0, bytes.word(at: 8) == 0 else {
            return nil
        }
        header = Header(id: bytes.word(at: 0), bits: bytes.word(at: 2))
        guard !header.isResponse, header.opcode == .query else { return nil }
        guard let nameEnd = Self.nameEnd(bytes, end), nameEnd + 5 <= end else { return nil }
        name = Self.nameStart..<nameEnd
        type = RecordType(rawValue: bytes.word(at: nameEnd + 1))
        guard bytes.word(at: nameEnd + 3) == RecordClass.internet.rawValue else { return nil }
        switch bytes.word(at: 10) {
        case 0 where nameEnd + 5 == end: edns = nil
        case 1:
            guard let edns = Self.edns(bytes, nameEnd + 5..<end) else { return nil }
            self.edns = edns
        default: return nil
        }
    }

    /// Where the root's label is; nil when there is a pointer, or the name is too long.
    private static func nameEnd(_ bytes: [UInt8], _ end: Int) -> Int? {
        var cursor = nameStart
        while cursor < end, bytes[cursor] != 0 {
            guard bytes[cursor] <= DomainName.maximumLabelLength else { return nil }
            cursor += 1 + Int(bytes[cursor])
        }
        return cursor < end && cursor - nameStart < DomainName.maximumLength ? cursor : nil
    }

    /// Reads an OPT record that takes all of `range`.
    private static func edns(_ bytes: [UInt8], _ range: Range<Int>) -> EDNS? {
        let start = range.lowerBound
        guard range.count >= emptyOPTLength, bytes[start] == 0, bytes.word(at: start + 1) == RecordType.opt.rawValue,
            bytes[start + 6] == EDNS.supportedVersion,
            Int(bytes.word(at: start + 9)) == range.count - emptyOPTLength
        else { return nil }
        var cursor = start + emptyOPTLength
        while cursor < range.upperBound {
            guard cursor + 4 <= range.upperBound else { return nil }
            cursor += 4 + Int(bytes.word(at: cursor + 2))
        }
        guard cursor == range.upperBound else { return nil }
        var edns = EDNS(payloadSize: bytes.word(at: start + 3))
        edns.isDNSSECWanted = bytes[start + 7] & 0x80 != 0
        return edns
    }
}

extension [UInt8] {
    /// Two octets in network order.
    @inline(__always)
    fileprivate func word(at offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }
}
