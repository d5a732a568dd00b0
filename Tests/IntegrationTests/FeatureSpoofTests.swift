// SPDX-License-Identifier: Apache-2.0
import CNI
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// Containers with `macspoofchk` send from their own address only.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct FeatureSpoofTests {
    private static let plans = NetworkPlan.all.map { plan in
        plan.with {
            $0.bridge = #""macspoofchk": true,"#
            $0.swnet = #""macSpoofCheck": true,"#
        }
    }

    private func isReachable(_ address: IPAddress, from client: TestNamespace, _ seconds: Int) throws -> Bool {
        try client.inside { try Command.outcome(["ping", "-c", "1", "-W", "\(seconds)", "\(address)"]) }.exitStatus == 0
    }

    @Test("only the container's own address gets through", arguments: plans)
    func spoofing(plan: NetworkPlan) throws {
        let host = try RuntimeHost()
        let network = try host.network(plan)
        let (honest, liar) = (try network.attach("c1"), try network.attach("c2"))
        for gateway in plan.gateways { #expect(try isReachable(gateway, from: liar.sandbox, 5)) }
        for address in honest.addresses { #expect(try isReachable(address, from: liar.sandbox, 5)) }
        let own = try #require(liar.interface?.mac)
        try liar.sandbox.ip("link set eth0 address 02:00:00:00:00:99")
        for address in plan.gateways + honest.addresses {
            #expect(try !isReachable(address, from: liar.sandbox, 1))
            #expect(try isReachable(plan.gateways[0], from: honest.sandbox, 5))
        }
        try liar.sandbox.ip("link set eth0 address \(own)")
        for address in plan.gateways { #expect(try isReachable(address, from: liar.sandbox, 5)) }
    }

    @Test("CHECK sees when nobody looks any more; DEL and GC take the guard away", arguments: [true, false])
    func lifecycle(collects: Bool) throws {
        let host = try RuntimeHost()
        let network = try host.network(Self.plans[0])
        _ = try network.attach("stays")
        let sandbox = try TestNamespace()
        let before = try host.snapshot([sandbox])
        let attachment = try network.attach("c1", to: sandbox)
        try attachment.check()
        try host.host.run("nft delete element bridge swnet guarded_ports { \(attachment.hostInterface) }")
        #expect(throws: CNIError.self) { try attachment.check() }
        if collects {
            let valid = AttachmentID(
                container: try #require(ContainerID("stays")), interface: try #require(InterfaceName("eth0")))
            try host.host.inside { try network.chain.collectGarbage(keeping: [valid]) }
        } else {
            try attachment.detach()
        }
        try host.expectUnchanged(since: before, [sandbox])
    }

    @Test("an ADD that fails behind it leaves no guard") func failure() throws {
        let host = try RuntimeHost()
        _ = try host.network(Self.plans[0]).attach("stays")
        let sandbox = try TestNamespace()
        let before = try host.snapshot([sandbox])
        // The guard is set when the routes are refused.
        let plan = Self.plans[0].with {
            $0.bridge += #""ipam": {"type": "host-local", "dataDir": "$LEASES", "subnet": "10.1.1.0/24", "#
            $0.bridge += #""routes": [{"dst": "10.9.0.0/16", "gw": "172.16.0.1"}]}, "isGateway": true,"#
            $0.hasAddresses = false
        }
        #expect(try host.network(plan).refusal("c1", to: sandbox).message.contains("10.9.0.0/16"))
        try host.expectUnchanged(since: before, [sandbox])
    }

    @Test("layer 2 is guarded as well") func layer2() throws {
        let host = try RuntimeHost()
        let plan = Self.plans[0].with {
            $0.hasAddresses = false; $0.chained = []
        }
        let attachment = try host.network(plan).attach("c1")
        let sender = try #require(attachment.interface?.mac)
        #expect(
            try host.host.run("nft list set bridge swnet senders").contains(
                "\"\(attachment.hostInterface)\" . \(sender)"))
    }
}
