// SPDX-License-Identifier: Apache-2.0
internal import Netlink
internal import NetworkTypes
internal import SwnetState

enum RouteCheck: Check {
    static let name = "routes"
    static let expectation = "the host's routes lead to every network"
    static let sources = [HostFacts.Source.state, .interfaces]

    static func findings(in facts: HostFacts) -> [Finding] {
        facts.networks.flatMap { $0.living.isEmpty ? idle($0, facts) : used($0, facts) }
    }

    /// The kernel was asked by which way it reaches an attachment.
    private static func used(_ network: NetworkFacts, _ facts: HostFacts) -> [Finding] {
        network.families.compactMap { family in
            guard let endpoint = network.living.first, let address = endpoint.address(family),
                let bridge = facts.link(named: endpoint.record.bridge), bridge.isUp,
                facts.addresses.contains(where: { $0.interface == bridge.index && $0.prefix.contains(address) })
            else { return nil }
            let way = facts.ways[address]
            guard way != bridge.index else { return nil }
            let inTheWay = facts.routes.filter { route in
                // The kernel says that routes which lead nowhere go by lo.
                let isTheWay = way == nil ? route.type != .unicast : route.interface == way
                return route.destination.contains(address) && isTheWay && route.table != .local
                    && route.origin != .kernel
            }
            guard let route = inTheWay.max(by: { $0.destination.length < $1.destination.length }) else { return nil }
            return Finding(
                .error, network.name,
                "\(route.title(facts)) takes what the host sends to \(address) of \(network.name) away from bridge "
                    + "\(bridge.name)",
                command: route.isDefault ? rule(for: address, network) : route.deletion(facts))
        }
    }

    /// Ahead of the rule that leads to another table with a default route; the network's own route is in the main one.
    private static func rule(for address: IPAddress, _ network: NetworkFacts) -> String {
        let subnet = network.subnets.first { $0.contains(address) } ?? IPPrefix(host: address)
        return "\(address.family.ip) rule add to \(subnet) lookup main priority 1"
    }

    private static func idle(_ network: NetworkFacts, _ facts: HostFacts) -> [Finding] {
        let bridge = facts.link(named: network.bridge)?.index
        return network.subnets.compactMap { subnet in
            let route = facts.routes.first { route in
                route.table == .main && route.origin != .kernel && route.destination.length >= subnet.length
                    && route.destination.overlaps(subnet) && (route.interface == nil || route.interface != bridge)
            }
            guard let route else { return nil }
            return Finding(
                .warning, network.name,
                "\(route.title(facts)) leads a part of subnet \(subnet) of \(network.name) elsewhere",
                command: network.renewal)
        }
    }
}

extension Route {
    fileprivate func title(_ facts: HostFacts) -> String {
        let by = type == .unicast ? facts.link(interface).map { " by \($0.name)" } ?? "" : " (\(type))"
        let place = table == .main ? "" : " of table \(table)"
        return "the \(isDefault ? "default route" : "route to \(destination)")\(place)\(by)"
    }

    fileprivate func deletion(_ facts: HostFacts) -> String {
        let kind = type == .unicast ? "" : "\(type) "
        let device = type == .unicast ? facts.link(interface).map { " dev \($0.name)" } ?? "" : ""
        return "\(destination.family.ip) route delete \(kind)\(destination)\(device)"
            + (table == .main ? "" : " table \(table)")
    }
}

extension IPFamily {
    /// The command that shows and sets things of this family.
    var ip: String { self == .ipv4 ? "ip" : "ip -6" }

    /// As people write it.
    var title: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
