// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// Published ports through the plugins. FirewallPathTests have every path.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct FeaturePortTests {
    private static let loopbacks = ["127.0.0.1", "::1"].compactMap { IPAddress($0) }

    /// Publishes port 80 of the container as 8080 of the host.
    private func publishing(_ transport: String = "tcp", at address: String? = nil) -> JSONObject {
        var mapping: JSONObject = ["hostPort": 8080, "containerPort": 80, "protocol": .string(transport)]
        mapping["hostIP"] = address.map { .string($0) }
        return ["portMappings": [.object(mapping)]]
    }

    /// The client that the container sees behind its published port; nil when it is not reached.
    private func client(
        _ client: TestNamespace, of web: RuntimeAttachment, at address: IPAddress, _ transport: L4Protocol = .tcp,
        expecting isReachable: Bool = true
    ) throws -> IPAddress? {
        let server = try TestServer(in: web.sandbox, transport, port: try #require(Port(80)))
        return try server.reached(
            from: client, at: address, port: try #require(Port(8080)), timeout: isReachable ? 3000 : 300)?.source
    }

    private func addresses(_ plan: NetworkPlan, _ addresses: [IPAddress]) -> [IPAddress] {
        addresses.filter { address in plan.subnets.contains { $0.family == address.family } }
    }

    @Test(
        "neighbour, host, loopback, sibling and the container itself", arguments: NetworkPlan.all,
        [
            L4Protocol.tcp, .udp,
        ])
    func everyClient(plan: NetworkPlan, transport: L4Protocol) throws {
        let host = try RuntimeHost()
        // Bridges hand frames to netfilter or not; TestHost leaves what the machine has. The other is FirewallPathTests'.
        try host.host.run("sysctl -q net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0")
        let network = try host.network(plan)
        let web = try network.attach("web", capabilities: publishing(transport.rawValue))
        let sibling = try network.attach("sibling")
        for (address, neighbour) in zip(
            addresses(plan, TestHost.addresses), addresses(plan, TestHost.neighbourAddresses))
        {
            let gateway = plan.gateways.first { $0.family == address.family }
            #expect(try client(host.neighbour, of: web, at: address, transport) == neighbour)
            #expect(try client(host.host, of: web, at: address, transport) == gateway)
            #expect(try client(web.sandbox, of: web, at: address, transport) == gateway)
            #expect(try client(sibling.sandbox, of: web, at: address, transport) == gateway)
        }
        for address in addresses(plan, Self.loopbacks) {
            let gateway = plan.gateways.first { $0.family == address.family }
            #expect(try client(host.host, of: web, at: address, transport) == gateway)
        }
        try web.check()
        try web.detach()
        for address in addresses(plan, TestHost.addresses) {
            #expect(try client(host.neighbour, of: web, at: address, transport, expecting: false) == nil)
        }
    }

    struct HostAddress: CustomTestStringConvertible, Sendable {
        let text: String?
        /// Where the port is to be found, of the LAN addresses and loopback.
        let places: Set<String>
        var testDescription: String { text ?? "none" }
    }

    @Test(
        "hostIP decides where the port is", arguments: NetworkPlan.kinds,
        [
            HostAddress(text: nil, places: ["192.0.2.1", "2001:db8::1", "127.0.0.1", "::1"]),
            HostAddress(text: "", places: ["192.0.2.1", "2001:db8::1", "127.0.0.1", "::1"]),
            HostAddress(text: "0.0.0.0", places: ["192.0.2.1", "127.0.0.1"]),
            HostAddress(text: "::", places: ["2001:db8::1", "::1"]),
            HostAddress(text: "192.0.2.1", places: ["192.0.2.1"]),
            HostAddress(text: "2001:db8::1", places: ["2001:db8::1"]),
            HostAddress(text: "127.0.0.1", places: ["127.0.0.1"]),
            HostAddress(text: "::1", places: ["::1"]),
        ])
    func hostAddress(plan: NetworkPlan, subject: HostAddress) throws {
        let host = try RuntimeHost()
        try host.host.run("sysctl -q net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0")
        let web = try host.network(plan).attach("web", capabilities: publishing(at: subject.text))
        for address in TestHost.addresses {
            let isThere = subject.places.contains(address.description)
            let found = try client(host.neighbour, of: web, at: address, expecting: isThere) != nil
            #expect(found == isThere, "\(address)")
        }
        for address in Self.loopbacks {
            let isThere = subject.places.contains(address.description)
            let found = try client(host.host, of: web, at: address, expecting: isThere) != nil
            #expect(found == isThere, "\(address)")
        }
    }

    @Test("snat false: neighbours only, and as themselves", arguments: Addressing.allCases)
    func withoutSourceTranslation(addressing: Addressing) throws {
        let host = try RuntimeHost()
        let portmap = #"{"type": "portmap", "snat": false, "capabilities": {"portMappings": true}}"#
        let plan = NetworkPlan(kind: .chain, addressing: addressing, chained: [portmap])
        let web = try host.network(plan).attach("web", capabilities: publishing())
        for (address, neighbour) in zip(
            addresses(plan, TestHost.addresses), addresses(plan, TestHost.neighbourAddresses))
        {
            #expect(try client(host.neighbour, of: web, at: address) == neighbour)
        }
        for address in addresses(plan, Self.loopbacks) {
            #expect(try client(host.host, of: web, at: address, expecting: false) == nil)
        }
        let localnet = try host.host.run("sysctl -n net.ipv4.conf.br1.route_localnet")
        #expect(localnet == "0\n")
    }

    @Test("masqAll: everybody is the bridge", arguments: Addressing.allCases)
    func masqueradeAll(addressing: Addressing) throws {
        let host = try RuntimeHost()
        let portmap = #"{"type": "portmap", "masqAll": true, "capabilities": {"portMappings": true}}"#
        let plan = NetworkPlan(kind: .chain, addressing: addressing, chained: [portmap])
        let web = try host.network(plan).attach("web", capabilities: publishing())
        for (address, gateway) in zip(addresses(plan, TestHost.addresses), plan.gateways) {
            #expect(try client(host.neighbour, of: web, at: address) == gateway)
        }
    }

    @Test("ADD and DEL forget UDP flows of the host port, not others", arguments: NetworkPlan.kinds)
    func flows(plan: NetworkPlan) throws {
        let host = try RuntimeHost()
        let network = try host.network(plan)
        _ = try network.attach("first")  // from now on connections are tracked
        func remember(_ port: Int) throws {
            for (client, server) in [("192.0.2.2", "192.0.2.1"), ("2001:db8::2", "2001:db8::1")] {
                try host.host.run(
                    "conntrack -I -p udp -s \(client) -d \(server) --sport 4000 --dport \(port) -t 100 -u SEEN_REPLY")
            }
        }
        func remembered(_ port: Int) throws -> Int {
            let families = try ["ipv4", "ipv6"].map {
                try host.host.run("conntrack -L -f \($0) -p udp --dport \(port)")
            }
            return families.joined().split(separator: "\n").filter { $0.contains("dport=\(port)") }.count
        }
        for port in [8080, 80, 8081] { try remember(port) }
        let web = try network.attach("web", capabilities: publishing("udp"))
        #expect(try [remembered(8080), remembered(80), remembered(8081)] == [0, 2, 2])
        try remember(8080)
        try web.detach()
        #expect(try [remembered(8080), remembered(80), remembered(8081)] == [0, 2, 2])
    }

    /// Attaches another container, so that what a network has as a whole is there before and after.
    private func keepInUse(_ host: RuntimeHost, _ plan: NetworkPlan) throws {
        let ports: JSONObject = [
            "portMappings": [["hostPort": .number(7000 + plan.number), "containerPort": 80, "protocol": "tcp"]]
        ]
        _ = try host.network(plan).attach("stays", capabilities: ports)
    }

    @Test("a container on several networks publishes its ports by the first, and by the next when that goes")
    func sharedPorts() throws {
        let host = try RuntimeHost()
        let sandbox = try TestNamespace()
        let plans = [
            NetworkPlan(kind: .chain), NetworkPlan(kind: .swnet, number: 2), NetworkPlan(kind: .chain, number: 3),
        ]
        for plan in plans { try keepInUse(host, plan) }
        let before = try host.snapshot([sandbox])
        var attachments = try plans.enumerated().map { index, plan in
            try host.network(plan).attach("web", to: sandbox, as: "eth\(index)", capabilities: publishing())
        }
        for attachment in attachments { try attachment.check() }
        let other = try host.network(plans[2]).refusal("other", capabilities: publishing())
        #expect(other.code == .hostPortTaken && other.message.contains("net1/web/eth0"))
        try host.network(plans[2]).discard("other")
        while let first = attachments.first {
            let elements = try host.host.run("nft list map inet swnet published4")
            #expect(elements.contains("\(first.addresses[0]) . 80"))
            for address in TestHost.addresses {
                #expect(try client(host.neighbour, of: first, at: address) != nil)
                #expect(try client(host.host, of: first, at: address) != nil)
            }
            try first.detach()
            attachments.removeFirst()
            for attachment in attachments { try attachment.check() }
        }
        try host.expectUnchanged(since: before, [sandbox])
    }

    @Test("a claim that is given up is not served any more") func renouncedPort() throws {
        let host = try RuntimeHost()
        let sandbox = try TestNamespace()
        let plan = NetworkPlan(kind: .chain)
        try keepInUse(host, plan)
        let before = try host.snapshot([sandbox])
        let first = try host.network(plan).attach("web", to: sandbox, capabilities: publishing())
        let second = try host.network(plan).attach("web", to: sandbox, as: "eth1", capabilities: publishing())
        try second.detach()
        #expect(try client(host.neighbour, of: first, at: TestHost.addresses[0]) != nil)
        try first.detach()
        try host.expectUnchanged(since: before, [sandbox])
    }

    @Test("a port that somebody has is refused, and its owner named; DEL frees it", arguments: NetworkPlan.kinds)
    func takenPort(plan: NetworkPlan) throws {
        let host = try RuntimeHost()
        let network = try host.network(plan)
        let web = try network.attach("web", capabilities: publishing())
        let error = try network.refusal("other", capabilities: publishing())
        #expect(error.code == .hostPortTaken && error.message.contains("web"))
        #expect(try client(host.neighbour, of: web, at: TestHost.addresses[0]) != nil)
        try web.detach()
        let third = try network.attach("third", capabilities: publishing())
        #expect(try client(host.neighbour, of: third, at: TestHost.addresses[0]) != nil)
    }
}
