// SPDX-License-Identifier: Apache-2.0
import NFTables
import SwnetPipeline
import TestSupport
import Testing

/// Which chains of other programs are in the way.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct ObstacleTests {
    private static let base = "type filter hook forward priority 0; "

    @Test(
        "a chain is an obstacle when what no rule tells apart is dropped",
        arguments: [
            ("chain f { \(base) policy drop; }", true), ("chain f { \(base) policy accept; }", false),
            ("chain f { \(base) counter drop; }", true), ("chain f { \(base) reject; }", true),
            ("chain f { \(base) log prefix \"x\" counter reject; }", true),
            ("chain f { \(base) ip saddr 192.0.2.1 drop; ct state invalid drop; limit rate 1/second drop; }", false),
            ("chain f { \(base) policy drop; accept; }", false), ("chain f { \(base) accept; drop; }", false),
            ("chain f { \(base) ip saddr 192.0.2.1 accept; drop; }", true),
            ("chain d { drop; }; chain f { \(base) jump d; accept; }", true),
            ("chain d { return; drop; }; chain f { \(base) jump d; accept; }", false),
            ("chain d { return; }; chain f { \(base) policy drop; goto d; accept; }", true),
            ("chain d { accept; }; chain f { \(base) policy drop; goto d; }", false),
            ("chain d { drop; }; chain f { \(base) iifname \"x\" jump d; }", false),
            ("chain a { drop; }; chain b { jump a; }; chain f { \(base) jump b; }", true),
            ("chain f { type filter hook prerouting priority 0; policy drop; }", false),
            ("chain f { type filter hook input priority 0; policy drop; }", true),
        ])
    func chains(content: String, isObstacle: Bool) async throws {
        for family in ["ip", "ip6", "inet"] {
            let fitting =
                family == "ip6" ? content.replacing("ip saddr 192.0.2.1", with: "ip6 saddr 2001:db8::1") : content
            try Command.run("nft -f -", input: "table \(family) t { \(fitting); }")
            var socket = try NFTablesSocket()
            let found = try SwnetPipeline.Obstacle.all(&socket).map(\.description)
            #expect(found == (isObstacle ? ["chain f of table \(family) t"] : []), "\(family)")
            try Command.run("nft flush ruleset")
        }
    }

    @Test("the rule that leads to the drop is the one of the base chain") func rule() async throws {
        try Command.run(
            "nft -f -",
            input: "table ip t { chain d { drop; }; chain f { \(Self.base) ct state invalid drop; jump d; }; }")
        var socket = try NFTablesSocket()
        let jump = try socket.rules(of: Table(.ipv4, "t"), chain: "f")[1].handle
        #expect(try SwnetPipeline.Obstacle.all(&socket).map(\.rule) == [jump])
    }

    @Test("chains of swnet, of bridges and of other hooks are none") func others() async throws {
        try Command.run(
            "nft -f -",
            input: """
                table inet swnet { chain forward { \(Self.base) policy drop; }; }
                table bridge t { chain f { type filter hook forward priority 0; policy drop; }; }
                """)
        var socket = try NFTablesSocket()
        #expect(try SwnetPipeline.Obstacle.all(&socket).isEmpty)
    }
}
