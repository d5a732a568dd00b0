// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// One subnet of a network that is about to be made.
package struct SubnetPlan: Hashable, Sendable {
    package let subnet: IPPrefix
    /// Nil: the first address.
    package var gateway: IPAddress?
    /// Addresses handed to containers; nil for all of the subnet.
    package var range: ClosedRange<IPAddress>?

    /// - Throws: when `text` is a single host, or leaves no room for a gateway and a container.
    package init(_ prefix: IPPrefix) throws(PlanError) {
        guard prefix == prefix.network else { throw .hostBits(prefix) }
        guard prefix.hostBits >= 2 else { throw .tooSmall(prefix) }
        subnet = prefix
    }

    /// Host addresses: in IPv4 without the network's own and the broadcast address, in IPv6 without the first, which
    /// belongs to routers (RFC 4291 section 2.6.1).
    package var hosts: ClosedRange<IPAddress> {
        let first = subnet.first.advanced(by: 1) ?? subnet.first
        guard subnet.family == .ipv4, let last = IPAddress(subnet.last.value - 1, .ipv4) else {
            return first...subnet.last
        }
        return first...last
    }

    /// Where the network's gateway will be.
    package var effectiveGateway: IPAddress { gateway ?? hosts.lowerBound }
}

extension [SubnetPlan] {
    /// Gives each gateway to the subnet that contains it.
    package mutating func assign(gateways: [IPAddress]) throws(PlanError) {
        for gateway in gateways {
            guard let index = firstIndex(where: { $0.subnet.contains(gateway) }) else {
                throw .noSubnet(gateway.description, option: "--gateway")
            }
            guard self[index].hosts.contains(gateway) else { throw .unusableGateway(gateway, self[index].subnet) }
            guard self[index].gateway == nil else { throw .twice("--gateway", self[index].subnet) }
            self[index].gateway = gateway
        }
    }

    /// Limits the subnet around each range to that range.
    package mutating func assign(ranges: [IPPrefix]) throws(PlanError) {
        for range in ranges {
            guard let index = firstIndex(where: { $0.subnet.contains(range.first) && $0.subnet.contains(range.last) })
            else { throw .noSubnet(range.description, option: "--ip-range") }
            guard self[index].range == nil else { throw .twice("--ip-range", self[index].subnet) }
            self[index].range = range.network.first...range.last
            // The ends of the subnet itself are no host's.
            self[index].range = self[index].range?.clamped(to: self[index].hosts)
        }
    }

    package var families: Set<IPFamily> { Set<IPFamily>(map(\.subnet.family)) }
}
