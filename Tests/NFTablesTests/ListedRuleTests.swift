// SPDX-License-Identifier: Apache-2.0
import NFTables
import TestSupport
import Testing

/// Rules that other programs made, as far as they are looked at.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct ListedRuleTests {
    private static let table = Table(.ipv4, "nat")
    private static let ruleset = """
        table ip nat {
            chain own { counter masquerade comment "mine"; }
            chain other { ip saddr 10.0.0.2 jump own; ip daddr 10.0.0.3 accept; tcp dport 80 goto own; }
        }
        table ip6 nat { chain own { accept; }; }
        table ip raw { chain own { drop; }; }
        """

    @Test("chain, verdicts, operands and comments of one table") func listing() async throws {
        try Command.run("nft -f -", input: Self.ruleset)
        var socket = try NFTablesSocket()
        let rules = try socket.rules(of: Self.table)
        #expect(rules.map(\.chain) == ["own", "other", "other", "other"])
        #expect(rules.map(\.comment) == ["mine", nil, nil, nil])
        #expect(rules.map(\.verdicts) == [[], [.jump("own")], [.accept], [.goto("own")]])
        #expect(rules.map(\.operands) == [[], [[10, 0, 0, 2]], [[10, 0, 0, 3]], [[6], [0, 80]]])
        #expect(try socket.rules(of: Table(.ipv4, "missing")).isEmpty)
    }

    @Test("a rule is deleted by its number, and one that is gone counts as deleted") func deletion() async throws {
        try Command.run("nft -f -", input: Self.ruleset)
        var socket = try NFTablesSocket()
        let jumps = try socket.rules(of: Self.table).filter { $0.verdicts.first?.chain == "own" }
        let transaction = Transaction(
            Self.table,
            jumps.map { .deleteRule(chain: $0.chain, handle: $0.handle) } + [.delete(.chain(Chain("own")))])
        #expect("\(transaction)".hasPrefix("delete rule ip nat other handle \(jumps[0].handle)\n"))
        try socket.commit(transaction)
        #expect(try socket.rules(of: Self.table).map(\.chain) == ["other"])
        #expect(try socket.commitToleratingMissing(transaction).count == 3)
        #expect(throws: NFTablesError.self) { try socket.commit(transaction) }
    }
}
