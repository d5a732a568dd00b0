// SPDX-License-Identifier: Apache-2.0
package import JSON

/// What all checks say about some facts.
package struct Diagnosis: Sendable {
    /// What became of one check.
    package struct Outcome: Sendable {
        package let name: String
        package let expectation: String
        package let findings: [Finding]
        /// Why there is no answer; nil when there is one.
        package let obstacle: String?
    }

    /// In the order in which problems are best solved.
    package static var checks: [any Check.Type] {
        [
            AccessCheck.self, FeatureCheck.self, StateCheck.self, RecordCheck.self, SubnetCheck.self, RouteCheck.self,
            BridgeCheck.self, PortCheck.self, LeftoverLinkCheck.self, ForwardingCheck.self, ReversePathCheck.self,
            LoopbackCheck.self, BridgeNetfilterCheck.self, TableCheck.self, ForeignFirewallCheck.self, MTUCheck.self,
            LeaseCheck.self, ResolverCheck.self, QuestionPortCheck.self,
        ]
    }

    package let outcomes: [Outcome]
    /// Other programs of this host that filter packets.
    package let firewalls: [String]

    package init(_ facts: HostFacts) {
        outcomes = Self.checks.map { check in
            let obstacle = check.sources.lazy.compactMap { facts.obstacles[$0] }.first
            return Outcome(
                name: check.name, expectation: check.expectation,
                findings: obstacle == nil ? check.findings(in: facts) : [], obstacle: obstacle)
        }
        firewalls = facts.foreignFirewalls
    }

    /// The worst first.
    package var findings: [(check: String, finding: Finding)] {
        let all = outcomes.flatMap { outcome in outcome.findings.map { (check: outcome.name, finding: $0) } }
        return Finding.Severity.allCases.flatMap { severity in all.filter { $0.finding.severity == severity } }
    }

    /// Whether nothing is worse than a note.
    package var isHealthy: Bool { findings.allSatisfy { $0.finding.severity == .note } }

    /// Keys are interface of the program.
    package var json: JSON {
        [
            "healthy": .bool(isHealthy),
            "findings": .array(findings.map { $0.finding.json(of: $0.check) }),
            "checks": .array(outcomes.map(\.json)),
            "firewalls": .array(firewalls.map { .string($0) }),
        ]
    }
}

extension Diagnosis.Outcome {
    /// In one word.
    package var status: String { obstacle != nil ? "unknown" : findings.isEmpty ? "ok" : "found" }

    fileprivate var json: JSON {
        [
            "check": .string(name), "status": .string(status), "expectation": .string(expectation),
            "obstacle": obstacle.map { .string($0) } ?? .null,
        ]
    }
}
