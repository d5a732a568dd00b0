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
        return facts.foreignChains.flatMap { chain in dropped(flows, by: chain, facts) } + legacy(facts)
    }

    private static func dropped(_ flows: [Flow], by base: BaseChain, _ facts: HostFacts) -> [Finding] {
        guard let table = facts.foreignTables.first(where: { $0.table == base.table }) else { return [] }
        var places: [Place] = []
        var purposes: [Place: [String]] = [:]
        for flow in flows where flow.hook == base.base.hook && base.table.family.sees(flow.packet.family) {
            guard let drop = ChainWalk(flow.packet, through: base, of: table).certainDrop else { continue }
            let place = Place(network: flow.network, drop: drop)
            if purposes[place] == nil { places.append(place) }
            if purposes[place]?.contains(flow.purpose) != true { purposes[place, default: []].append(flow.purpose) }
        }
        return places.map { place in
            Finding(
                .error, place.network,
                "\(place.title(base, table)) drops \((purposes[place] ?? []).spoken)",
                command: "swnet repair")
        }
    }

    /// Rules that come on top of those of nftables and that nobody can read without iptables-legacy.
    private static func legacy(_ facts: HostFacts) -> [Finding] {
        IPFamily.allCases.compactMap { family in
            guard !facts.networksInUse.isEmpty, facts.legacyTables[family]?.contains("filter") == true else {
                return nil
            }
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
            let owner = content.owner.map { " of \($0)" } ?? ""
            let table = "table \(base.table.family.text) \(base.table.name)\(owner)"
            guard let handle = drop.handle else { return "the policy of chain \(drop.chain) in \(table)" }
            return "the rule with handle \(handle) of chain \(drop.chain) in \(table)"
        }
    }
}

extension [String] {
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
