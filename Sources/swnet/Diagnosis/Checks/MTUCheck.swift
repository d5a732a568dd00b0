// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import SwnetState

enum MTUCheck: Check {
    static let name = "mtu"
    static let expectation = "no packet that a container may send is too large for its way"
    static let sources = [HostFacts.Source.state, .interfaces]

    static func findings(in facts: HostFacts) -> [Finding] {
        facts.networksInUse.flatMap { network in
            uplinkFindings(network, facts) + network.living.flatMap { portFindings(network, $0, facts) }
        }
    }

    private static func uplinkFindings(_ network: NetworkFacts, _ facts: HostFacts) -> [Finding] {
        if network.isInternal { return [] }
        let uplinks = network.families.compactMap { facts.uplink($0) }
        guard let uplink = uplinks.min(by: { $0.mtu < $1.mtu }) else { return [] }
        return network.bridges.compactMap { name in
            guard let bridge = facts.link(named: name), bridge.mtu > uplink.mtu else { return nil }
            let ends = network.living.filter { $0.record.bridge == name }.flatMap {
                commands($0, limit: uplink.mtu, facts)
            }
            return Finding(
                .warning, network.name,
                "packets of \(network.name) may have \(bridge.mtu) bytes, and \(uplink.name), which leads out, carries "
                    + "\(uplink.mtu)",
                command: (["ip link set \(name) mtu \(uplink.mtu)"] + ends).joined(separator: " && "))
        }
    }

    /// Lowers what both ends of an attachment's link may send.
    private static func commands(_ endpoint: EndpointFacts, limit: Int, _ facts: HostFacts) -> [String] {
        var commands: [String] = []
        if let port = facts.link(named: endpoint.record.hostInterface), port.mtu > limit {
            commands.append("ip link set \(port.name) mtu \(limit)")
        }
        if let inside = endpoint.inside, inside.mtu > limit {
            commands.append("nsenter --net=\(endpoint.record.sandbox) ip link set \(inside.name) mtu \(limit)")
        }
        return commands
    }

    /// Frames that are larger than the other end of a link or the bridge allows are dropped without a word.
    private static func portFindings(
        _ network: NetworkFacts, _ endpoint: EndpointFacts, _ facts: HostFacts
    ) -> [Finding] {
        guard let port = facts.link(named: endpoint.record.hostInterface),
            let bridge = facts.link(named: endpoint.record.bridge)
        else { return [] }
        let limit = min(port.mtu, bridge.mtu)
        let commands = commands(endpoint, limit: limit, facts)
        guard !commands.isEmpty else { return [] }
        let largest = max(port.mtu, endpoint.inside?.mtu ?? 0)
        return [
            Finding(
                .warning, network.name,
                "packets of \(endpoint.title) may have \(largest) bytes, and \(network.name) carries \(limit)",
                command: commands.joined(separator: " && "))
        ]
    }
}
