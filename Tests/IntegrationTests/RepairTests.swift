// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import SwnetPipeline
import TestSupport
import Testing

/// What other programs break, and what comes back.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct RepairTests {
    /// Something that breaks networks, and what repair says of it.
    struct Breakage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// The beginnings of the sentences.
        let found: [String]

        init(_ script: String, _ found: String...) {
            testDescription = script
            self.found = found
        }

        private static let bridge = [
            "bridge br1 was without address 10.1.1.1/24: given it back",
            "bridge br1 was without address fd00:1::1/64: given it back",
        ]
        private static let loopback = [
            "bridge br1 was out of reach from 127.0.0.1: opened to it",
            "bridge br1 was out of reach from [::1]: opened to it",
        ]

        static let all = [
            Breakage("nft flush ruleset", "nftables table inet swnet was missing: made again with "),
            Breakage("nft delete table inet swnet", "nftables table inet swnet was missing: made again with "),
            Breakage("nft flush table inet swnet", "nftables table inet swnet was not as swnet made it: restored"),
            Breakage(
                "nft flush chain inet swnet egress", "nftables table inet swnet was not as swnet made it: restored"),
            Breakage(
                "nft flush map inet swnet published4; nft flush set inet swnet same_network6",
                "nftables table inet swnet was incomplete: completed by 3 elements"),
            Breakage(
                "nft flush set inet swnet hairpin4", "nftables table inet swnet was incomplete: completed by 1 element"),
            Breakage(
                "ip link delete br1",
                ["bridge br1 was gone: made again"] + bridge
                    + ["interface veth", "interface veth"] + loopback),
            Breakage("ip link set $port nomaster", "interface veth"),
            Breakage("ip link set $port down", "interface veth"),
            Breakage("ip address flush dev br1", bridge + ["bridge br1 was without address fe80::"]),
            Breakage("ip link set br1 down", ["bridge br1 was down: brought up", bridge[1], loopback[1]]),
            Breakage("sysctl -q net.ipv4.conf.br1.route_localnet=0", loopback[0]),
            Breakage("ip -6 route delete local ::1 dev br1 table local", loopback[1]),
            Breakage(
                "sysctl -q net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0",
                "forwarding of IPv4 was off: switched on", "forwarding of IPv6 was off: switched on"),
            Breakage("bridge link set dev $port hairpin off", "interface veth"),
        ]

        private init(_ script: String, _ found: [String]) {
            testDescription = script
            self.found = found
        }
    }

    @Test(
        "everything is as before, and every path works again", arguments: LifecycleNetwork.Kind.allCases, Breakage.all)
    func broken(kind: LifecycleNetwork.Kind, breakage: Breakage) throws {
        let scene = try RepairScene(kind)
        #expect(try scene.repair(.plan).isEmpty)
        let before = try scene.snapshot()
        try scene.run(breakage.testDescription)
        let broken = try scene.snapshot()
        let planned = try scene.repair(.plan)
        #expect(planned.count >= breakage.found.count && planned.allSatisfy { $0.outcome == .planned })
        #expect(try scene.snapshot().changes(since: broken).isEmpty, "a plan changed something")
        let steps = try scene.repair()
        #expect(steps.count == breakage.found.count, "\(steps.map(\.description))")
        for (step, found) in zip(steps, breakage.found) {
            #expect(step.outcome == .done && step.description.hasPrefix(found), "\(step)")
        }
        #expect(try scene.snapshot().changes(since: before).isEmpty)
        #expect(try scene.repair().isEmpty)
        for family in IPFamily.allCases { try scene.walk(family) }
    }

    @Test("a container whose interface is gone is told, and the others go on") func lostInterface() throws {
        let scene = try RepairScene(.swnet)
        try scene.run("ip link delete $port; nft flush ruleset")
        let steps = try scene.repair()
        #expect(steps.map(\.hasFailed) == [false, true])
        #expect(
            steps.last?.description.hasSuffix(
                "of container web is gone and could not be made again: what is in the container went with it: "
                    + "restart the container") == true)
    }
}
