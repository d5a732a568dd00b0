// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// Where subnets come from that nobody asked for by number.
package enum SubnetPool {
    /// Private space (RFC 1918) that is seldom used: neither the lowest networks, which home routers have, nor the ranges
    /// that Docker and Kubernetes start with. Each is cut into /24 networks, in this order.
    static let ipv4Pools = ["10.89.0.0/16", "10.90.0.0/15", "10.92.0.0/14", "172.28.0.0/14", "192.168.192.0/18"]

    /// The first /24 of the pools that overlaps nothing in use.
    package static func freeIPv4(avoiding used: [UsedPrefix]) -> IPPrefix? {
        let taken = taken(.ipv4, used)
        for pool in ipv4Pools.compactMap({ IPPrefix($0) }) {
            var address: IPAddress? = pool.first
            while let start = address, pool.contains(start), let candidate = IPPrefix(start, length: 24) {
                guard taken.contains(where: { $0.overlaps(candidate) }) else { return candidate }
                address = start.advanced(by: 256)
            }
        }
        return nil
    }

    /// The first /64 of the host's own space that overlaps nothing in use.
    package static func freeIPv6(avoiding used: [UsedPrefix], of space: IPPrefix) -> IPPrefix? {
        let taken = taken(.ipv6, used).filter { $0.overlaps(space) }
        guard !taken.contains(where: { $0.length <= space.length }) else { return nil }
        // Subnet 0 is left out: `fd12:3456:789a::1` looks like no network's.
        let candidates = (UInt128(1)...0xffff).lazy.compactMap { number in
            IPAddress(space.first.value | number << 64, .ipv6).flatMap { IPPrefix($0, length: 64) }
        }
        return candidates.first { candidate in !taken.contains { $0.overlaps(candidate) } }
    }

    /// The /48 of local addresses (RFC 4193) of a host, which with near certainty no other host has: fd00::/8, and 40
    /// bits of a global id. RFC 4193 section 3.2.2 wants them unpredictable; a hash of the machine's id is that to
    /// everybody else, and the same whenever the host makes a network.
    ///
    /// - Parameter machine: The id of the machine; nil for a random global id.
    package static func localSpace(of machine: String?) -> IPPrefix? {
        let hash = machine.map { SHA256(of: "swnet local addresses of \($0)").text.prefix(10) }
        let globalID = hash.flatMap { UInt64($0, radix: 16) } ?? UInt64.random(in: 0..<1 << 40)
        let value = UInt128(0xfd) << 120 | UInt128(globalID) << 80
        return IPPrefix(.ipv6(IPv6Address(rawValue: value)), length: 48)
    }

    /// Prefixes of one family. Routes to everywhere, halved as VPNs do it to win over another one, mean nothing here.
    private static func taken(_ family: IPFamily, _ used: [UsedPrefix]) -> [IPPrefix] {
        used.map(\.prefix).filter { $0.family == family && $0.length > 1 }
    }
}
