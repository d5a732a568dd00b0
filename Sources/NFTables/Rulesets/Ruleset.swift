// SPDX-License-Identifier: Apache-2.0

/// All rules of one network namespace that packets of the IP layer meet, of whichever program.
package struct Ruleset: Hashable, Sendable {
    /// A rule with its table.
    package struct Rule: Hashable, Sendable {
        package let table: Table
        package let listed: ListedRule

        /// Where it is: `inet swnet forward`.
        package var place: String { "\(table.family.text) \(table.name) \(listed.chain)" }
    }

    package let baseChains: [BaseChain]
    private let tables: [Table: TableContent]

    package init(baseChains: [BaseChain], _ tables: [TableContent]) {
        self.baseChains = baseChains
        self.tables = Dictionary(tables.map { ($0.table, $0) }) { first, _ in first }
    }

    /// The rules of a chain in their order.
    package func rules(of chain: String, in table: Table) -> [Rule] {
        (tables[table]?.rules[chain] ?? []).map { Rule(table: table, listed: $0) }
    }

    /// The rule with this number; nil when it is not there any more.
    package func rule(_ handle: UInt64, of chain: String, in table: Table) -> Rule? {
        rules(of: chain, in: table).first { $0.listed.handle == handle }
    }

    func set(_ name: String, in table: Table) -> SetContent? { tables[table]?.sets[name] }
}

extension NFTablesSocket {
    /// `nft list ruleset` as far as packets of the IP layer meet it.
    package mutating func ruleset() throws(NFTablesError) -> Ruleset {
        let chains = try baseChains().filter { [.inet, .ipv4, .ipv6].contains($0.table.family) }
        var tables: [TableContent] = []
        for table in Set(chains.map(\.table)) { tables.append(try content(of: table)) }
        return Ruleset(baseChains: chains, tables)
    }
}
