// SPDX-License-Identifier: Apache-2.0
internal import NFTables
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState

enum TableCheck: Check {
    static let name = "table"
    static let expectation = "the firewall has what is recorded, and nothing else of swnet's"
    static let sources = [HostFacts.Source.state, .firewall]

    static func findings(in facts: HostFacts) -> [Finding] {
        let living = facts.networksInUse.flatMap(\.living).filter { $0.record.state == .attached }
        let networks = facts.networksInUse.flatMap(\.filters)
        let used = FirewallComparison(
            networks: networks, endpoints: living.flatMap(\.record.endpointFilters), present: facts.elements)
        // What is recorded for somebody who is gone, or just coming, is not left over: gc or DEL takes it.
        let recorded = facts.networks.flatMap(\.endpoints).filter { $0.condition != .ofEarlierBoot }
        let known = FirewallComparison(
            networks: facts.networks.flatMap(\.filters), endpoints: recorded.flatMap(\.record.endpointFilters),
            present: facts.elements)
        return lost(used, facts, isNeeded: !networks.isEmpty) + leftover(known)
    }

    private static func lost(_ comparison: FirewallComparison, _ facts: HostFacts, isNeeded: Bool) -> [Finding] {
        guard isNeeded else { return [] }
        let names = facts.networksInUse.map(\.name.text).enumeration
        switch facts.skeleton {
        case .missing:
            return [
                Finding(
                    .error, "table inet swnet is gone, so nothing is published, translated or kept apart for \(names)",
                    command: "swnet repair")
            ]
        case .outdated:
            return [
                Finding(
                    .error, "the rules of table inet swnet were changed or are of another version of swnet",
                    command: "swnet repair")
            ]
        case .current: break
        }
        guard let first = comparison.missing.first else { return [] }
        let more = comparison.missing.count > 1 ? " and \(comparison.missing.count - 1) more" : ""
        return [
            Finding(.error, "table inet swnet lacks \(first.elementText)\(more)", command: "swnet repair")
        ]
    }

    private static func leftover(_ comparison: FirewallComparison) -> [Finding] {
        guard let first = comparison.leftover.first else { return [] }
        let count = comparison.leftover.reduce(0) { $0 + $1.elementCount }
        let what = count == 1 ? "an element" : "\(count) elements"
        let commands = Transaction(Firewall.table, comparison.leftover).description.split(separator: "\n")
        return [
            Finding(
                .warning, "table inet swnet has \(what) that nothing recorded needs, in \(first.setName)",
                command: "nft '\(commands.joined(separator: "; "))'")
        ]
    }
}

extension Operation {
    /// `masquerade4 { 10.89.0.2 }`.
    fileprivate var elementText: String {
        Transaction(Firewall.table, [self]).description.split(separator: " ").dropFirst(4).joined(separator: " ")
            .split(separator: "\n").joined()
    }

    fileprivate var elementCount: Int { if case .elements(_, _, let elements) = self { elements.count } else { 0 } }

    fileprivate var setName: String { if case .elements(_, let set, _) = self { set.name } else { "" } }
}
