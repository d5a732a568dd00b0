// SPDX-License-Identifier: Apache-2.0

enum AccessCheck: Check {
    static let name = "access"
    static let expectation = "everything that matters can be looked at"
    static let sources: [HostFacts.Source] = []

    static func findings(in facts: HostFacts) -> [Finding] {
        var findings: [Finding] = []
        let forbidden = HostFacts.Source.allCases.filter(facts.forbidden.contains).map(\.title)
        if !forbidden.isEmpty {
            findings.append(
                Finding(
                    .warning, "only root may look at \(forbidden.joined(separator: ", ")), so much stays unchecked",
                    command: "sudo swnet doctor"))
        }
        for source in HostFacts.Source.allCases where !facts.forbidden.contains(source) {
            guard let obstacle = facts.obstacles[source] else { continue }
            findings.append(
                Finding(
                    .error, "looking at \(source.title) failed: \(obstacle)",
                    command: source == .firewall ? FeatureCheck.nftablesModules : "swnet doctor --verbose"))
        }
        return findings
    }
}

extension HostFacts.Source {
    fileprivate var title: String {
        switch self {
        case .state: "records"
        case .interfaces: "interfaces"
        case .settings: "kernel settings"
        case .firewall: "firewalls"
        case .leases: "leases"
        case .listeners: "sockets"
        case .features: "kernel features"
        case .resolver: "the resolver"
        }
    }
}
