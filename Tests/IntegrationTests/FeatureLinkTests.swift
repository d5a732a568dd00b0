// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// What configurations say about links and ports, seen in the kernel and by traffic.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct FeatureLinkTests {
    private static let port = Port(8080)

    /// Whether `client` gets an answer from a server in `server` at every address of `addresses`.
    private func reaches(
        _ client: TestNamespace, _ server: TestNamespace, at addresses: [IPAddress], timeout: Int32 = 3000
    ) throws -> Bool {
        let port = try #require(Self.port)
        let listening = try TestServer(in: server, port: port)
        return try addresses.allSatisfy {
            try listening.reached(from: client, at: $0, port: port, timeout: timeout) != nil
        }
    }

    @Test("mtu is that of bridge, both ends and what fits through", arguments: NetworkPlan.all)
    func mtu(plan: NetworkPlan) throws {
        let host = try RuntimeHost()
        let network = try host.network(
            plan.with {
                $0.bridge = #""mtu": 1400,"#
                $0.swnet = #""mtu": 1400,"#
            })
        let (first, second) = (try network.attach("c1"), try network.attach("c2"))
        #expect(try host.host.run("ip link show br1").contains(" mtu 1400 "))
        #expect(try host.host.run("ip link show \(first.hostInterface)").contains(" mtu 1400 "))
        #expect(try first.sandbox.run("ip link show eth0").contains(" mtu 1400 "))
        #expect(first.interface?.mtu == 1400)
        for address in second.addresses {
            let header = address.family == .ipv4 ? 28 : 48
            try first.sandbox.run("ping -c 1 -W 5 -M do -s \(1400 - header) \(address)")
            #expect(throws: Command.Failure.self) {
                try first.sandbox.run("ping -c 1 -W 1 -M do -s \(1401 - header) \(address)")
            }
        }
        try first.check()
    }

    @Test("without mtu the swnet type takes the uplink's") func uplinkMTU() throws {
        let host = try RuntimeHost()
        try host.host.ip("link set uplink mtu 1420\nroute add default via 192.0.2.2")
        let attachment = try host.network(NetworkPlan(kind: .swnet)).attach("c1")
        #expect(try attachment.sandbox.run("ip link show eth0").contains(" mtu 1420 "))
        #expect(try host.host.run("ip link show br1").contains(" mtu 1420 "))
    }

    @Test("hairpin and isolation are flags of the port", arguments: [true, false])
    func portFlags(isOn: Bool) throws {
        let plan = NetworkPlan(kind: .chain, bridge: #""hairpinMode": \#(isOn), "portIsolation": \#(isOn),"#)
        let host = try RuntimeHost()
        let attachment = try host.network(plan).attach("c1")
        let flags = try host.host.run("bridge -details link show dev \(attachment.hostInterface)")
        #expect(flags.contains("hairpin \(isOn ? "on" : "off")"))
        #expect(flags.contains("isolated \(isOn ? "on" : "off")"))
        try attachment.check()
    }

    @Test("promiscMode is a flag of the bridge, and excludes hairpin") func promiscuous() throws {
        let host = try RuntimeHost()
        let plan = NetworkPlan(kind: .chain, bridge: #""promiscMode": true,"#)
        _ = try host.network(plan).attach("c1")
        #expect(try host.host.run("ip link show br1").contains("PROMISC"))
        let both = plan.with { $0.bridge = #""promiscMode": true, "hairpinMode": true,"# }
        #expect(try host.network(both).refusal("c2").code == .invalidConfiguration)
    }

    @Test("isolated ports reach the host and the world, not each other", arguments: NetworkPlan.all)
    func isolation(plan: NetworkPlan) throws {
        let host = try RuntimeHost()
        let network = try host.network(
            plan.with {
                $0.bridge = #""portIsolation": true,"#
                $0.swnet = #""interContainer": false,"#
            })
        let (first, second) = (try network.attach("c1"), try network.attach("c2"))
        #expect(try !reaches(first.sandbox, second.sandbox, at: second.addresses, timeout: 300))
        #expect(try reaches(first.sandbox, host.host, at: plan.gateways))
        let neighbours = TestHost.neighbourAddresses.filter { address in
            plan.subnets.contains { $0.family == address.family }
        }
        #expect(try reaches(second.sandbox, host.neighbour, at: neighbours))
        try first.check()
    }

    @Test(
        "a kernel without VLAN filtering is named, and nothing is left",
        arguments: [
            NetworkPlan(kind: .chain, bridge: #""vlan": 100,"#),
            NetworkPlan(kind: .chain, bridge: #""vlanTrunk": [{"id": 7}, {"minID": 10, "maxID": 12}],"#),
            NetworkPlan(kind: .swnet, swnet: #""vlan": 100,"#),
        ])
    func vlan(plan: NetworkPlan) throws {
        let host = try RuntimeHost()
        // On a kernel that has it this is a test of the wire's business; see NetlinkTests.
        let probe = try host.host.inside {
            try Command.outcome(["ip", "link", "add", "probe", "type", "bridge", "vlan_filtering", "1"])
        }
        guard probe.exitStatus != 0 else { return }
        let sandbox = try TestNamespace()
        let before = try host.snapshot([sandbox])
        let error = try host.network(plan).refusal("c1", to: sandbox)
        #expect(error.message.contains("CONFIG_BRIDGE_VLAN_FILTERING"))
        try host.expectUnchanged(since: before, [sandbox])
    }

    @Test("layer 2 only: an interface that is up and has no address", arguments: NetworkPlan.kinds)
    func layer2(plan: NetworkPlan) throws {
        let host = try RuntimeHost()
        let network = try host.network(
            plan.with {
                $0.hasAddresses = false; $0.chained = []
            })
        let (first, second) = (try network.attach("c1"), try network.attach("c2"))
        #expect(first.result.addresses.isEmpty)
        #expect(try !host.host.run("ip address show br1").contains("inet "))
        for (index, attachment) in [first, second].enumerated() {
            #expect(try attachment.sandbox.run("ip link show eth0").contains("state UP"))
            try attachment.sandbox.ip("address add 10.7.0.\(index + 1)/24 dev eth0")
        }
        #expect(try reaches(first.sandbox, second.sandbox, at: [#require(IPAddress("10.7.0.2"))]))
        let shown = try first.sandbox.run("ip link show eth0")
        #expect(try shown.contains(#require(first.interface?.mac)))
        try first.check()
        try first.detach()
    }

    @Test("disableContainerInterface leaves the interface down, and excludes addresses") func disabled() throws {
        let host = try RuntimeHost()
        let plan = NetworkPlan(
            kind: .chain, bridge: #""disableContainerInterface": true,"#, hasAddresses: false, chained: [])
        let attachment = try host.network(plan).attach("c1")
        #expect(try attachment.sandbox.run("ip link show eth0").contains("state DOWN"))
        try attachment.check()
        #expect(try host.network(plan.with { $0.hasAddresses = true }).refusal("c2").code == .invalidConfiguration)
    }

    @Test("enabledad switches duplicate address detection on in the container", arguments: [true, false])
    func duplicateAddressDetection(isOn: Bool) throws {
        let host = try RuntimeHost()
        let plan = NetworkPlan(kind: .chain, addressing: .ipv6, bridge: #""enabledad": \#(isOn),"#)
        let attachment = try host.network(plan).attach("c1")
        let accepted = try attachment.sandbox.run("sysctl -n net.ipv6.conf.eth0.accept_dad")
        #expect(accepted == (isOn ? "1\n" : "0\n"))
        // The address can be used either way when ADD has returned.
        let shown = try attachment.sandbox.run("ip -6 address show dev eth0 scope global")
        #expect(!shown.contains("tentative") && !shown.contains("dadfailed"))
    }

    @Test("a taken address fails duplicate address detection, and so the ADD") func duplicateAddress() throws {
        let host = try RuntimeHost()
        let network = try host.network(
            NetworkPlan(kind: .chain, addressing: .ipv6, bridge: #""enabledad": true,"#))
        let squatter = try network.attach("c1")
        // The next address of the range is there already.
        try squatter.sandbox.ip("address add fd00:1::3/64 dev eth0 nodad")
        let sandbox = try TestNamespace()
        #expect(try network.refusal("c2", to: sandbox).message.contains("fd00:1::3"))
        #expect(try !sandbox.run("ip link").contains("eth0"))
    }

    struct MACRequest: CustomTestStringConvertible, Sendable {
        let source: String
        var arguments = ""
        var convention = ""
        var capability = ""
        var testDescription: String { source }
    }

    @Test(
        "a MAC can be asked for in each way", arguments: NetworkPlan.kinds,
        [
            MACRequest(source: "CNI_ARGS", arguments: "IgnoreUnknown=1;MAC=02:11:22:33:44:55"),
            MACRequest(source: "args.cni", convention: #""args": {"cni": {"mac": "02:11:22:33:44:55"}},"#),
            MACRequest(source: "capability", capability: "02:11:22:33:44:55"),
            MACRequest(
                source: "all", arguments: "MAC=02:00:00:00:00:01",
                convention: #""args": {"cni": {"mac": "02:00:00:00:00:02"}},"#, capability: "02:11:22:33:44:55"),
        ])
    func requestedMAC(plan: NetworkPlan, request: MACRequest) throws {
        let host = try RuntimeHost()
        let network = try host.network(
            plan.with {
                $0.bridge = request.convention
                $0.swnet = request.convention
            })
        let attachment = try network.attach(
            "c1", arguments: request.arguments,
            capabilities: request.capability.isEmpty ? [:] : ["mac": .string(request.capability)])
        #expect(attachment.interface?.mac == "02:11:22:33:44:55")
        #expect(try attachment.sandbox.run("ip link show eth0").contains("02:11:22:33:44:55"))
        try attachment.check()
    }
}
