// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes

/// Names that stand for addresses: `2.0.89.10.in-addr.arpa`. RFC 1035 section 3.5, RFC 3596 section 2.5.
enum ReverseName {
    /// The address that `name` stands for; nil when it is no such name, or not a whole one.
    static func address(_ name: DomainName) -> IPAddress? { address(name.wire, 0..<name.wire.count - 1) }

    /// The same for part of `bytes`, the labels of a name without the root's.
    static func address(_ bytes: [UInt8], _ name: Range<Int>) -> IPAddress? {
        if name.count <= 29, let end = bytes.start(of: .reverse4, in: name) {
            return quad(bytes, name.lowerBound..<end)
        }
        if name.count == 73, let end = bytes.start(of: .reverse6, in: name) {
            return nibbles(bytes, name.lowerBound..<end)
        }
        return nil
    }

    /// Four labels of decimal digits, the last octet first.
    private static func quad(_ bytes: [UInt8], _ labels: Range<Int>) -> IPAddress? {
        var value: UInt32 = 0
        var (cursor, count) = (labels.lowerBound, 0)
        while cursor < labels.upperBound {
            let end = cursor + 1 + Int(bytes[cursor])
            guard count < 4, let octet = octet(bytes, cursor + 1..<end) else { return nil }
            value |= UInt32(octet) << UInt32(8 * count)
            (cursor, count) = (end, count + 1)
        }
        return count == 4 ? .ipv4(IPv4Address(rawValue: value)) : nil
    }

    /// Nil for a leading zero too, so that an address has one name.
    private static func octet(_ bytes: [UInt8], _ digits: Range<Int>) -> UInt8? {
        guard digits.count == 1 || bytes[digits.lowerBound] != UInt8(ascii: "0"), digits.count <= 3 else { return nil }
        var value = 0
        for index in digits {
            guard (0x30...0x39).contains(bytes[index]) else { return nil }
            value = value * 10 + Int(bytes[index] & 0xf)
        }
        return UInt8(exactly: value)
    }

    /// Thirty-two labels of one digit, the last one first.
    private static func nibbles(_ bytes: [UInt8], _ labels: Range<Int>) -> IPAddress? {
        var value: UInt128 = 0
        for number in 0..<32 {
            let start = labels.lowerBound + 2 * number
            guard bytes[start] == 1, let nibble = hexadecimalDigit(bytes[start + 1]) else { return nil }
            value |= UInt128(nibble) << UInt128(4 * number)
        }
        return .ipv6(IPv6Address(rawValue: value))
    }
}
