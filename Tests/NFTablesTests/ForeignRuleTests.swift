// SPDX-License-Identifier: Apache-2.0
import NFTables
import NetworkTypes
import TestSupport
import Testing

/// Rules of ours among those of other programs.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct ForeignRuleTests {
    private static let table = Table(.ipv4, "filter")
    private static let chain = Chain("FORWARD")

    private static func rules() throws -> [Rule] {
        let bridge = try #require(InterfaceName("br0"))
        let port = try #require(Port(53))
        return [
            Rule(in: chain, .match(.inputInterface, bridge), .counter, .verdict(.accept), comment: "ours"),
            Rule(
                in: chain, .match(.outputInterface, bridge), .trackedState([.established, .related]), .counter,
                .verdict(.accept), comment: "ours"),
            Rule(
                in: chain, .match(.outputInterface, bridge), .trackedState([.destinationTranslated]), .counter,
                .verdict(.accept), comment: "ours"),
            Rule(
                in: chain, .match(.inputInterface, bridge), .match(.transportProtocol, .udp),
                .match(.destinationPort, port), .counter, .verdict(.accept), comment: "ours"),
        ]
    }

    @Test("iptables lists them as its own, in front of the rule that was named") func listing() async throws {
        try Command.run("iptables -A FORWARD -j DROP")
        var socket = try NFTablesSocket()
        let last = try #require(try socket.rules(of: Self.table, chain: "FORWARD").last)
        try socket.commit(Transaction(Self.table, Self.rules().map { .insertRule($0, before: last.handle) }))
        let comment = "-m comment --comment ours -j ACCEPT"
        let listed = try Command.run("iptables -S FORWARD").split(separator: "\n").map(String.init)
        #expect(
            listed == [
                "-P FORWARD ACCEPT", "-A FORWARD -i br0 \(comment)",
                "-A FORWARD -o br0 -m conntrack --ctstate RELATED,ESTABLISHED \(comment)",
                "-A FORWARD -o br0 -m conntrack --ctstate DNAT \(comment)",
                "-A FORWARD -i br0 -p udp -m udp --dport 53 \(comment)", "-A FORWARD -j DROP",
            ])
        let found = try socket.rules(of: Self.table, chain: "FORWARD")
        #expect(found.map(\.isConditional) == [true, true, true, true, false])
        #expect(found.map(\.decision) == [.accept, .accept, .accept, .accept, .drop])
        #expect(try socket.rules(of: Self.table, chain: "INPUT").isEmpty)
        #expect(try socket.rules(of: Self.table, chain: "none").isEmpty)
    }

    @Test("as nft(8) would be told") func rendering() throws {
        let rules = try Self.rules()
        let transaction = Transaction(
            Self.table, [.insertRule(rules[1], before: 7), .insertRule(rules[3], before: 8), .addRule(rules[0])])
        #expect(
            "\(transaction)" == """
                insert rule ip filter FORWARD handle 7 oifname "br0" ct state established,related counter accept comment "ours"
                insert rule ip filter FORWARD handle 8 iifname "br0" meta l4proto udp th dport 53 counter accept comment "ours"
                add rule ip filter FORWARD iifname "br0" counter accept comment "ours"

                """)
    }

    @Test("a rule cannot go in front of one that is not there") func missing() async throws {
        try Command.run("iptables -N own")
        var socket = try NFTablesSocket()
        let transaction = Transaction(Self.table, [.insertRule(try Self.rules()[0], before: 999)])
        let error = #expect(throws: NFTablesError.self) { try socket.commit(transaction) }
        #expect(error?.isNotFound == true)
    }
}
