// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// Where subnets come from that nobody asked for by number.
package enum SubnetPool {
    /// Private space (RFC 1918) that is seldom used: neither the lowest networks, which home routers have, nor the ranges
    /// that Docker and Kubernetes start with. Each is cut into /24 networks, in this order.
    static let ipv4Pools = ["10.89.0.0/16", "10.90.0.0/15", "10.92.0.0/14", "172.28.0.0/14", "192.168.192.0/18"]

    /// The first /24 of the pools that overlaps nothing in use.
    package static func freeIPv4(avoiding used: [UsedPrefix]) -> IPPrefix? {
        let taken = used.map(\.prefix).filter { $0.family == .ipv4 && $0.length > 0 }
        for pool in ipv4Pools.compactMap({ IPPrefix($0) }) {
            var address: IPAddress? = pool.first
            while let start = address, pool.contains(start), let candidate = IPPrefix(start, length: 24) {
                guard taken.contains(where: { $0.overlaps(candidate) }) else { return candidate }
                address = start.advanced(by: 256)
            }
        }
        return nil
    }

    /// A random /64 of the space for local addresses (RFC 4193), which with near certainty nobody else has.
    package static func freeIPv6(
        avoiding used: [UsedPrefix], using generator: inout some RandomNumberGenerator
    ) -> IPPrefix? {
        let taken = used.map(\.prefix).filter { $0.family == .ipv6 && $0.length > 0 }
        for _ in 0..<64 {
            // fd00::/8, 40 random bits of global id, 16 of subnet id, 64 of interface id.
            let random = UInt128(UInt64.random(in: 0..<1 << 56, using: &generator))
            let value = UInt128(0xfd) << 120 | random << 64
            guard let candidate = IPPrefix(.ipv6(IPv6Address(rawValue: value)), length: 64) else { return nil }
            if !taken.contains(where: { $0.overlaps(candidate) }) { return candidate }
        }
        return nil
    }
}
