// SPDX-License-Identifier: Apache-2.0
internal import Netlink

/// The rules of a table of whichever program, with what they look up.
package struct TableContent: Hashable, Sendable {
    package let table: Table
    /// By chain, in their order.
    package private(set) var rules: [String: [ListedRule]]
    package private(set) var sets: [String: SetContent]
    /// Whether nftables does not show the table; see ``LegacyTable``.
    package private(set) var isLegacy = false

    init(legacy table: Table, rules: [ListedRule]) {
        self.init(table, rules: rules)
        isLegacy = true
    }

    package init(_ table: Table, rules: [ListedRule] = [], sets: [String: SetContent] = [:]) {
        self.table = table
        self.rules = Dictionary(grouping: rules, by: \.chain)
        self.sets = sets
    }

    /// Chains of the table that have rules.
    package var chains: [String] { rules.keys.sorted() }
}

extension NFTablesSocket {
    /// Reads a table of another program: its rules and the sets that they use.
    package mutating func content(of table: Table) throws(NFTablesError) -> TableContent {
        let rules = try rules(of: table)
        var sets: [String: SetContent] = [:]
        for name in Set(rules.flatMap(\.expressions).compactMap(\.set)) {
            sets[name] = try content(of: name, in: table)
        }
        return TableContent(table, rules: rules, sets: sets)
    }
}

extension RuleExpression {
    /// The set that it looks into.
    fileprivate var set: String? {
        switch self {
        case .lookup(_, let set, _), .verdictMap(_, let set), .dataMap(_, let set, _): set
        default: nil
        }
    }
}
