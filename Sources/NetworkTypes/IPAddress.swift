// SPDX-License-Identifier: Apache-2.0

/// An address of either family.
///
/// Arithmetic and bit tests work on ``value`` with the width of the family, so that no caller needs a path per family.
package enum IPAddress: Hashable, Sendable {
    case ipv4(IPv4Address)
    case ipv6(IPv6Address)

    /// Parses either family; an IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address, as in Go's `net`.
    package init?(_ text: some StringProtocol) {
        if let address = IPv4Address(text) {
            self = .ipv4(address)
        } else if let address = IPv6Address(text) {
            self =
                address.rawValue >> 32 == 0xffff
                ? .ipv4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: address.rawValue))) : .ipv6(address)
        } else {
            return nil
        }
    }

    /// The address with this number in `family`; nil when the number does not fit.
    package init?(_ value: UInt128, _ family: IPFamily) {
        switch family {
        case .ipv4:
            guard let raw = UInt32(exactly: value) else { return nil }
            self = .ipv4(IPv4Address(rawValue: raw))
        case .ipv6: self = .ipv6(IPv6Address(rawValue: value))
        }
    }

    /// Reads 4 or 16 octets in network byte order; nil for any other count.
    package init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self = .ipv4(IPv4Address(rawValue: bytes.reduce(0) { $0 << 8 | UInt32($1) }))
        case 16: self = .ipv6(IPv6Address(rawValue: bytes.reduce(0) { $0 << 8 | UInt128($1) }))
        default: return nil
        }
    }

    package var family: IPFamily {
        switch self {
        case .ipv4: .ipv4
        case .ipv6: .ipv6
        }
    }

    /// The address as a number, in host byte order.
    package var value: UInt128 {
        switch self {
        case .ipv4(let address): UInt128(address.rawValue)
        case .ipv6(let address): address.rawValue
        }
    }

    /// The 4 or 16 octets in network byte order.
    package var bytes: [UInt8] {
        switch self {
        case .ipv4(let address): address.bytes
        case .ipv6(let address): address.bytes
        }
    }

    /// The address `count` above this one; nil past the end of the family.
    package func advanced(by count: UInt128 = 1) -> IPAddress? {
        let (sum, overflow) = value.addingReportingOverflow(count)
        return overflow ? nil : IPAddress(sum, family)
    }

    /// `0.0.0.0` or `::`.
    package var isUnspecified: Bool { value == 0 }

    /// `127.0.0.0/8` or `::1`.
    package var isLoopback: Bool {
        switch self {
        case .ipv4(let address): address.rawValue >> 24 == 127
        case .ipv6(let address): address.rawValue == 1
        }
    }

    /// `169.254.0.0/16` or `fe80::/10`.
    package var isLinkLocal: Bool {
        switch self {
        case .ipv4(let address): address.rawValue >> 16 == 0xa9fe
        case .ipv6(let address): address.rawValue >> 118 == 0x3fa
        }
    }
}

extension IPAddress: Comparable {
    /// IPv4 sorts before IPv6; inside a family by number.
    package static func < (left: Self, right: Self) -> Bool {
        left.family == right.family ? left.value < right.value : left.family == .ipv4
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .ipv4(let address): address.description
        case .ipv6(let address): address.description
        }
    }
}
