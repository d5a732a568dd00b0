// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes

/// Names that stand for addresses: `2.0.89.10.in-addr.arpa`. RFC 1035 section 3.5, RFC 3596 section 2.5.
enum ReverseName {
    private static let ipv4 = DomainName("in-addr.arpa") ?? .root
    private static let ipv6 = DomainName("ip6.arpa") ?? .root

    /// The address that `name` stands for; nil when it is no such name, or not a whole one.
    static func address(_ name: DomainName) -> IPAddress? {
        if name.wire.count <= 30, let digits = name.relative(to: ipv4) { return quad(digits) }
        if name.wire.count == 74, let digits = name.relative(to: ipv6) { return nibbles(digits) }
        return nil
    }

    /// The domain of the addresses that share the first `length` bits with `address`; `length` is rounded up to what the
    /// family has labels for.
    static func domain(of address: IPAddress, length: Int) -> DomainName? {
        let bits = address.family == .ipv4 ? 8 : 4
        let count = (length + bits - 1) / bits
        let labels = (0..<count).reversed().map { index -> [UInt8] in
            let shift = address.family.addressBits - bits * (index + 1)
            let part = Int(truncatingIfNeeded: address.value >> UInt128(shift)) & (1 << bits - 1)
            return Array(String(part, radix: bits == 8 ? 10 : 16).utf8)
        }
        return DomainName(labels: labels)?.inside(address.family == .ipv4 ? ipv4 : ipv6)
    }

    private static func quad(_ name: DomainName) -> IPAddress? {
        let octets = name.labels.reversed().map { String(decoding: $0, as: UTF8.self) }
        return octets.count == 4 ? IPv4Address(octets.joined(separator: ".")).map { .ipv4($0) } : nil
    }

    private static func nibbles(_ name: DomainName) -> IPAddress? {
        var value: UInt128 = 0
        let labels = name.labels
        guard labels.count == 32 else { return nil }
        for label in labels.reversed() {
            guard label.count == 1, let nibble = label.first.flatMap(hexadecimalDigit) else { return nil }
            value = value << 4 | UInt128(nibble)
        }
        return .ipv6(IPv6Address(rawValue: value))
    }
}
