// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes
internal import SwnetState

enum BridgeCheck: Check {
    static let name = "bridges"
    static let expectation = "every network in use has its bridge, up and with its gateway addresses"
    static let sources = [HostFacts.Source.state, .interfaces]

    static func findings(in facts: HostFacts) -> [Finding] {
        facts.networksInUse.flatMap { network in
            Set(network.living.compactMap(\.record.bridge)).sorted().flatMap { findings(network, $0, facts) }
        }
    }

    private static func findings(_ network: NetworkFacts, _ name: InterfaceName, _ facts: HostFacts) -> [Finding] {
        guard let bridge = facts.link(named: name) else {
            return [
                Finding(
                    .error, network.name, "bridge \(name) of \(network.name) is gone, so its containers are cut off",
                    command: "swnet repair")
            ]
        }
        guard bridge.isBridge else {
            return [
                Finding(
                    .error, network.name, "\(name) should be the bridge of \(network.name) and is something else",
                    command: "ip link delete \(name) && swnet repair")
            ]
        }
        var findings: [Finding] = []
        if !bridge.isUp {
            findings.append(
                Finding(
                    .error, network.name, "bridge \(name) of \(network.name) is down", command: "ip link set \(name) up"
                ))
        }
        return findings + lostGateways(network, bridge, facts)
    }

    /// Those of attachments that have another network's gateway on another interface are none of the bridge's.
    private static func lostGateways(_ network: NetworkFacts, _ bridge: LinkFacts, _ facts: HostFacts) -> [Finding] {
        let hasVLAN = network.plugins.contains { $0["vlan"] != nil }
        guard network.isGateway, !hasVLAN else { return [] }
        let endpoints = network.living.map(\.record).filter { $0.bridge == bridge.name && $0.state == .attached }
        let wanted = endpoints.flatMap { record in
            record.gateways.compactMap { gateway in
                record.addresses.first { $0.contains(gateway) }.flatMap { IPPrefix(gateway, length: $0.length) }
            }
        }
        let present = facts.addresses.filter { $0.interface == bridge.index }.map(\.prefix)
        return Set(wanted).subtracting(present).sorted { $0.address < $1.address }.map { gateway in
            let options = gateway.family == .ipv6 ? " nodad" : ""
            return Finding(
                .error, network.name,
                "bridge \(bridge.name) has lost the gateway address \(gateway) of \(network.name)",
                command: "ip address add \(gateway) dev \(bridge.name)\(options)")
        }
    }
}
