// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import SwnetState

enum PortCheck: Check {
    static let name = "ports"
    static let expectation = "every attachment is plugged into its bridge, with both ends up"
    static let sources = [HostFacts.Source.state, .interfaces]

    static func findings(in facts: HostFacts) -> [Finding] {
        facts.networksInUse.flatMap { network in
            network.living.filter { $0.record.state == .attached }.flatMap { findings(network, $0, facts) }
        }
    }

    private static func findings(
        _ network: NetworkFacts, _ endpoint: EndpointFacts, _ facts: HostFacts
    ) -> [Finding] {
        let record = endpoint.record
        guard let name = record.hostInterface, let bridge = facts.link(named: record.bridge), bridge.isBridge else {
            return []
        }
        guard let port = facts.link(named: name) else {
            return [
                Finding(
                    .error, network.name,
                    "the link of \(endpoint.title) to \(network.name), \(name), is gone, so it has to be attached anew",
                    command: "swnet disconnect \(network.name) \(endpoint.title) && "
                        + "swnet connect \(network.name) \(record.sandbox)")
            ]
        }
        var findings: [Finding] = []
        if port.master != bridge.index {
            findings.append(
                Finding(
                    .error, network.name,
                    "\(name), the link of \(endpoint.title), is not plugged into bridge \(bridge.name) of \(network.name)",
                    command: "swnet repair"))
        }
        if !port.isUp {
            findings.append(
                Finding(
                    .error, network.name, "\(name), the link of \(endpoint.title) to \(network.name), is down",
                    command: "ip link set \(name) up"))
        }
        if let inside = endpoint.inside, !inside.isUp {
            findings.append(
                Finding(
                    .error, network.name, "\(inside.name) of \(endpoint.title), which is on \(network.name), is down",
                    command: "nsenter --net=\(record.sandbox) ip link set \(inside.name) up"))
        }
        return findings
    }
}
