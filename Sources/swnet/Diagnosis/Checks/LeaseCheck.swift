// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

enum LeaseCheck: Check {
    static let name = "leases"
    static let expectation = "every address that is leased serves somebody"
    static let sources = [HostFacts.Source.state, .leases]

    static func findings(in facts: HostFacts) -> [Finding] {
        facts.networks.compactMap { network in
            guard let addresses = facts.abandonedLeases[network.name] else { return nil }
            return Finding(
                .warning, network.name,
                "\(addresses.map(\.description).enumeration) of \(network.name) \(addresses.count == 1 ? "is" : "are") "
                    + "leased to somebody who is gone",
                command: "swnet gc")
        }
    }
}
