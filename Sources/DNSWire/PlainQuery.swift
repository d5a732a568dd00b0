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
    /// What the OPT record says; its options are nobody's concern. Nil without one.
    package let payloadSize: UInt16?
    package let isDNSSECWanted: Bool

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
        case 0 where nameEnd + 5 == end:
            payloadSize = nil
            isDNSSECWanted = false
        case 1 where Self.isPlainOPT(bytes, nameEnd + 5..<end):
            payloadSize = bytes.word(at: nameEnd + 8)
            isDNSSECWanted = bytes[nameEnd + 12] & 0x80 != 0
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

    /// True for an OPT record of the version that we speak that takes all of `range`. RFC 6891 section 6.1.2.
    private static func isPlainOPT(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let start = range.lowerBound
        guard range.count >= emptyOPTLength, bytes[start] == 0, bytes.word(at: start + 1) == RecordType.opt.rawValue,
            bytes[start + 6] == EDNS.supportedVersion,
            Int(bytes.word(at: start + 9)) == range.count - emptyOPTLength
        else { return false }
        var cursor = start + emptyOPTLength
        while cursor < range.upperBound {
            guard cursor + 4 <= range.upperBound else { return false }
            cursor += 4 + Int(bytes.word(at: cursor + 2))
        }
        return cursor == range.upperBound
    }
}

extension [UInt8] {
    /// Two octets in network order.
    @inline(__always)
    fileprivate func word(at offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }
}
