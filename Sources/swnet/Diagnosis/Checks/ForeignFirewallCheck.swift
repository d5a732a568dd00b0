// SPDX-License-Identifier: Apache-2.0
internal import NFTables
internal import NetworkTypes
internal import SwnetPipeline

/// An accept in swnet's table does not undo a drop in another.
enum ForeignFirewallCheck: Check {
    static let name = "firewalls"
    static let expectation = "no other firewall drops what networks need"
    static let sources = [HostFacts.Source.state, .interfaces, .settings, .firewall]

    static func findings(in facts: HostFacts) -> [Finding] {
        let flows = facts.networksInUse.flatMap { Flow.needed(by: $0, facts) }
        let modern = facts.foreignChains.flatMap { chain in
            let table = facts.foreignTables.first { $0.table == chain.table }
            return table.map { dropped(flows, by: chain, of: $0) { _ in "swnet repair" } } ?? []
        }
        let legacy = facts.legacyFilters.flatMap { filter in
            filter.chains.flatMap { chain in
                dropped(flows, by: chain, of: filter.content) { LegacyRemedy.command(for: $0) }
            }
        }
        return modern + legacy + unread(facts)
    }

    private static func dropped(
        _ flows: [Flow], by base: BaseChain, of table: TableContent, remedy: ([Flow]) -> String
    ) -> [Finding] {
        var places: [Place] = []
        var affected: [Place: [Flow]] = [:]
        for flow in flows where flow.hook == base.base.hook && base.table.family.sees(flow.packet.family) {
            guard let drop = ChainWalk(flow.packet, through: base, of: table).certainDrop else { continue }
            let place = Place(network: flow.network, drop: drop)
            if affected[place] == nil { places.append(place) }
            affected[place, default: []].append(flow)
        }
        return places.map { place in
            let flows = affected[place] ?? []
            return Finding(
                .error, place.network, "\(place.title(base, table)) drops \(flows.map(\.purpose).distinct.spoken)",
                command: remedy(flows))
        }
    }

    /// Rules that come on top of those of nftables and are not what they were known to look like.
    private static func unread(_ facts: HostFacts) -> [Finding] {
        IPFamily.allCases.compactMap { family in
            let isThere = facts.legacyTables[family]?.contains("filter") == true
            let isRead = facts.legacyFilters.contains { $0.content.table.family.sees(family) }
            guard !facts.networksInUse.isEmpty, isThere, !isRead else { return nil }
            let program = family == .ipv4 ? "iptables-legacy" : "ip6tables-legacy"
            return Finding(
                .note,
                "\(program) has rules of its own for \(family.title), which are not looked at here and may drop what "
                    + "networks need",
                command: "\(program) -t filter -S FORWARD")
        }
    }

    /// What drops, for whom.
    private struct Place: Hashable {
        let network: NetworkName
        let drop: ChainWalk.Drop

        func title(_ base: BaseChain, _ content: TableContent) -> String {
            let owner = (content.isLegacy ? "iptables-legacy" : content.owner).map { " of \($0)" } ?? ""
            let table = "table \(base.table.family.text) \(base.table.name)\(owner)"
            guard let handle = drop.handle else { return "the policy of chain \(drop.chain) in \(table)" }
            return "the rule with handle \(handle) of chain \(drop.chain) in \(table)"
        }
    }
}

/// swnet changes nothing in tables that nftables does not show; their own program does.
private enum LegacyRemedy {
    static func command(for flows: [Flow]) -> String {
        flows.map(command).distinct.joined(separator: " && ")
    }

    private static func command(for flow: Flow) -> String {
        let program = flow.packet.family == .ipv4 ? "iptables-legacy" : "ip6tables-legacy"
        let input = flow.packet.input.map { " -i \($0.name)" } ?? ""
        guard let output = flow.packet.output else {
            return
                "\(program) -I INPUT\(input) -p \(flow.packet.transport.rawValue) --dport \(flow.packet.port) -j ACCEPT"
        }
        return "\(program) -I FORWARD\(input) -o \(output.name) -j ACCEPT"
    }
}

extension [String] {
    /// The first of each.
    fileprivate var distinct: [String] {
        enumerated().filter { firstIndex(of: $0.element) == $0.offset }.map(\.element)
    }

    /// `a, b and c`.
    fileprivate var spoken: String {
        count < 2 ? joined() : "\(dropLast().joined(separator: ", ")) and \(self[count - 1])"
    }
}

extension TableFamily {
    fileprivate func sees(_ family: IPFamily) -> Bool {
        self == .inet || self == (family == .ipv4 ? .ipv4 : .ipv6)
    }
}
