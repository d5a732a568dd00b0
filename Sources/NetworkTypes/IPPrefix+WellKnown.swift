// SPDX-License-Identifier: Apache-2.0

/// Prefixes with a meaning of their own.
extension IPPrefix {
    /// `127.0.0.0/8` or `::1/128`. Source: RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3.
    package static func loopback(_ family: IPFamily) -> IPPrefix {
        switch family {
        case .ipv4: IPPrefix(.ipv4(IPv4Address(127, 0, 0, 0)), 8)
        case .ipv6: IPPrefix(.ipv6(IPv6Address(rawValue: 1)), 128)
        }
    }

    /// `224.0.0.0/4` or `ff00::/8`. Source: RFC 1112 section 4, RFC 4291 section 2.7.
    package static func multicast(_ family: IPFamily) -> IPPrefix {
        switch family {
        case .ipv4: IPPrefix(.ipv4(IPv4Address(224, 0, 0, 0)), 4)
        case .ipv6: IPPrefix(.ipv6(IPv6Address(rawValue: 0xff << 120)), 8)
        }
    }

    private init(_ address: IPAddress, _ length: Int) {
        self.address = address
        self.length = length
    }
}
