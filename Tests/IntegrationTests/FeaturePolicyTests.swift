// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// Who reaches whom, and under which address. FirewallPathTests have every path; here plugins make the elements.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct FeaturePolicyTests {
    /// The address that a server in `server` sees when `client` connects to `address`; nil when it is not reached.
    private func seen(
        from client: TestNamespace, _ server: TestNamespace, at address: IPAddress, _ port: Int = 8080,
        isReachable: Bool
    ) throws -> IPAddress? {
        let listening = try TestServer(in: server, port: try #require(Port(8080)))
        let port = try #require(Port(port))
        return try listening.reached(from: client, at: address, port: port, timeout: isReachable ? 3000 : 300)?.source
    }

    private func reaches(
        _ client: TestNamespace, _ server: TestNamespace, at addresses: [IPAddress], _ port: Int = 8080,
        expecting isReachable: Bool
    ) throws -> Bool {
        let results = try addresses.map {
            try seen(from: client, server, at: $0, port, isReachable: isReachable) != nil
        }
        return isReachable ? results.allSatisfy { $0 } : results.contains { $0 }
    }

    /// Makes the neighbour know the way to the containers.
    private func routeDirectly(_ host: RuntimeHost, _ plan: NetworkPlan) throws {
        for subnet in plan.subnets {
            let way = TestHost.addresses.first { $0.family == subnet.family }
            try host.neighbour.run("ip route add \(subnet) via \(try #require(way))")
        }
    }

    private func neighbourAddresses(_ plan: NetworkPlan) -> [IPAddress] {
        TestHost.neighbourAddresses.filter { address in plan.subnets.contains { $0.family == address.family } }
    }

    @Test("internal: host and siblings only", arguments: Addressing.allCases) func internalNetwork(
        addressing: Addressing
    ) throws {
        let host = try RuntimeHost()
        let plan = NetworkPlan(kind: .swnet, addressing: addressing, swnet: #""internal": true,"#)
        let network = try host.network(plan)
        let (first, second) = (try network.attach("c1"), try network.attach("c2"))
        try routeDirectly(host, plan)
        #expect(try !first.sandbox.run("ip route").contains("default"))
        #expect(try !first.sandbox.run("ip -6 route").contains("default"))
        #expect(try reaches(first.sandbox, second.sandbox, at: second.addresses, expecting: true))
        #expect(try reaches(host.host, first.sandbox, at: first.addresses, expecting: true))
        #expect(try reaches(first.sandbox, host.host, at: plan.gateways, expecting: true))
        #expect(try !reaches(host.neighbour, first.sandbox, at: first.addresses, expecting: false))
        // Not even with a route of its own making.
        for (option, gateway) in plan.gateways.map({ ($0.family == .ipv4 ? "-4" : "-6", $0) }) {
            try first.sandbox.run("ip \(option) route add default via \(gateway)")
        }
        #expect(try !reaches(first.sandbox, host.neighbour, at: neighbourAddresses(plan), expecting: false))
    }

    struct Isolation: CustomTestStringConvertible, Sendable {
        let mode: String
        let direct: Bool
        let published: Bool
        var testDescription: String { mode }
    }

    @Test(
        "isolation between networks",
        arguments: [
            Isolation(mode: "strict", direct: false, published: false),
            Isolation(mode: "published", direct: false, published: true),
            Isolation(mode: "none", direct: true, published: true),
        ])
    func isolation(mode: Isolation) throws {
        let host = try RuntimeHost()
        let plan = NetworkPlan(kind: .swnet, swnet: #""isolation": "\#(mode.mode)","#)
        let ports: JSONObject = ["portMappings": [["hostPort": 9090, "containerPort": 8080, "protocol": "tcp"]]]
        let web = try host.network(plan).attach("web", capabilities: ports)
        let other = try host.network(NetworkPlan(kind: .swnet, number: 2)).attach("other")
        try routeDirectly(host, plan)
        #expect(
            try reaches(other.sandbox, web.sandbox, at: web.addresses, expecting: mode.direct) == mode.direct)
        #expect(
            try reaches(other.sandbox, web.sandbox, at: TestHost.addresses, 9090, expecting: mode.published)
                == mode.published)
        #expect(try reaches(host.neighbour, web.sandbox, at: TestHost.addresses, 9090, expecting: true))
        #expect(try !reaches(host.neighbour, web.sandbox, at: web.addresses, expecting: false))
        #expect(try reaches(host.host, web.sandbox, at: web.addresses, expecting: true))
        #expect(try reaches(web.sandbox, host.neighbour, at: TestHost.neighbourAddresses, expecting: true))
    }

    struct Egress: CustomTestStringConvertible, Sendable {
        let members: String
        /// As the neighbour sees them; nil stands for the container's own.
        let sources: [String?]
        var testDescription: String { members }
    }

    @Test(
        "the source address on the LAN",
        arguments: [
            Egress(members: "", sources: ["192.0.2.1", "2001:db8::1"]),
            Egress(members: #""masquerade": false,"#, sources: [nil, nil]),
            Egress(
                members: #""snat": {"v4": "192.0.2.7", "v6": "2001:db8::7"},"#, sources: ["192.0.2.7", "2001:db8::7"]),
            Egress(members: #""snat": {"v4": "192.0.2.7"},"#, sources: ["192.0.2.7", "2001:db8::1"]),
        ])
    func egress(egress: Egress) throws {
        let host = try RuntimeHost()
        try host.host.ip(
            "address add 192.0.2.7/24 dev uplink\naddress add 2001:db8::7/64 dev uplink nodad preferred_lft 0")
        let plan = NetworkPlan(kind: .swnet, swnet: egress.members)
        let attachment = try host.network(plan).attach("c1")
        try routeDirectly(host, plan)
        for ((address, source), own) in zip(zip(TestHost.neighbourAddresses, egress.sources), attachment.addresses) {
            let found = try seen(from: attachment.sandbox, host.neighbour, at: address, isReachable: true)
            #expect(found == source.flatMap { IPAddress($0) } ?? own)
        }
        try attachment.check()
    }

    @Test("ipMasq false leaves a chain's containers their addresses", arguments: [true, false])
    func masquerade(isOn: Bool) throws {
        let host = try RuntimeHost()
        let ipam = #"{"type": "host-local", "dataDir": "$LEASES", "subnet": "10.1.1.0/24"}"#
        let plan = NetworkPlan(
            kind: .chain, addressing: .ipv4,
            bridge: #""isDefaultGateway": true, "ipMasq": \#(isOn), "ipam": \#(ipam),"#,
            hasAddresses: false)
        let attachment = try host.network(plan).attach("c1")
        try routeDirectly(host, plan)
        let source = try seen(
            from: attachment.sandbox, host.neighbour, at: TestHost.neighbourAddresses[0], isReachable: true)
        #expect(source == (isOn ? TestHost.addresses[0] : attachment.addresses[0]))
    }

    @Test("firewall ingressPolicy", arguments: ["open", "same-bridge", "isolated"], Addressing.allCases)
    func ingressPolicy(policy: String, addressing: Addressing) throws {
        let host = try RuntimeHost()
        let plan = NetworkPlan(
            kind: .chain, addressing: addressing,
            chained: [NetworkPlan.portmap, #"{"type": "firewall", "backend": "", "ingressPolicy": "\#(policy)"}"#])
        let network = try host.network(plan)
        let (first, second) = (try network.attach("c1"), try network.attach("c2"))
        let other = try host.network(plan.with { $0.number = 2 }).attach("other")
        #expect(
            try reaches(first.sandbox, second.sandbox, at: second.addresses, expecting: policy != "isolated")
                == (policy != "isolated"))
        #expect(
            try reaches(other.sandbox, second.sandbox, at: second.addresses, expecting: policy == "open")
                == (policy == "open"))
        #expect(try reaches(host.host, first.sandbox, at: first.addresses, expecting: true))
        #expect(try reaches(first.sandbox, host.neighbour, at: neighbourAddresses(plan), expecting: true))
        try first.check()
        for attachment in [first, second, other] { try attachment.detach() }
        let elements = try host.host.run("nft list table inet swnet").split(separator: "\n")
            .filter { $0.contains("elements =") && !$0.contains("0x") }
        #expect(elements.isEmpty)
    }

    @Test("a policy that makes no sense is named") func unknownPolicy() throws {
        let host = try RuntimeHost()
        let chained = #"{"type": "firewall", "ingressPolicy": "sideways"}"#
        let network = try host.network(NetworkPlan(kind: .chain, chained: [chained]))
        #expect(try network.refusal("c1").message.contains("ingressPolicy"))
    }
}
