// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// Chains of our plugins and those of Debian's containernetworking-plugins, and hosts that change from the one to the other
/// while containers run.
@Suite(
    .enabled(if: Privileges.canUnshareNetwork, "needs root"),
    .enabled(if: PluginSuite.isDebianInstalled, "needs containernetworking-plugins"))
struct InteropTests {
    /// Which programs a host has for some types; ours for all others.
    struct Mix: CustomTestStringConvertible, Sendable {
        let debian: [String]
        var testDescription: String { debian.joined(separator: "+") }
        var plugins: [String: PluginSuite] { Dictionary(uniqueKeysWithValues: debian.map { ($0, .debian) }) }
    }

    private static let chain = ["bridge", "host-local", "portmap", "firewall", "tuning"]
    private static let ports: JSONObject = [
        "portMappings": [
            ["hostPort": 8080, "containerPort": 80, "protocol": "tcp"],
            ["hostPort": 8053, "containerPort": 53, "protocol": "udp"],
        ]
    ]

    /// What Podman writes, for both families.
    private func plan(_ addressing: Addressing = .dual) -> NetworkPlan {
        NetworkPlan(
            kind: .chain, addressing: addressing, version: "0.4.0", bridge: #""hairpinMode": true,"#,
            chained: [
                NetworkPlan.portmap, #"{"type": "firewall", "backend": "", "ingressPolicy": "same-bridge"}"#,
                #"{"type": "tuning", "sysctl": {"net.core.somaxconn": "77"}}"#,
            ])
    }

    private func isReached(
        _ web: RuntimeAttachment, from client: TestNamespace, at address: IPAddress, _ port: Int = 8080,
        expecting isReachable: Bool = true
    ) throws -> Bool {
        let server = try TestServer(in: web.sandbox, port: try #require(Port(80)))
        let timeout: Int32 = isReachable ? 3000 : 300
        return try server.reached(from: client, at: address, port: try #require(Port(port)), timeout: timeout) != nil
    }

    /// The container reaches the LAN, and everybody reaches its published port.
    private func expectWorking(_ host: RuntimeHost, _ web: RuntimeAttachment) throws {
        for address in TestHost.neighbourAddresses where hasFamily(web, address) {
            try web.sandbox.run("ping -c 1 -W 5 \(address)")
        }
        for address in TestHost.addresses where hasFamily(web, address) {
            #expect(try isReached(web, from: host.neighbour, at: address))
            #expect(try isReached(web, from: host.host, at: address))
        }
        for address in web.addresses { #expect(try isReached(web, from: host.host, at: address, 80)) }
        #expect(try web.sandbox.run("sysctl -n net.core.somaxconn") == "77\n")
    }

    private func hasFamily(_ web: RuntimeAttachment, _ address: IPAddress) -> Bool {
        web.addresses.contains { $0.family == address.family }
    }

    /// What the chains of containers have left, without what every plugin leaves on purpose: the bridge, our constant rules
    /// and the chains that Debian's containers share.
    private func remains(_ host: RuntimeHost) throws -> [String] {
        let rules = try host.host.run("nft --stateless list ruleset").split(separator: "\n").filter { line in
            ["CNI-DN-", "chain CNI-7", "10.1.1.2", "10.1.1.3", "fd00:1::2", "fd00:1::3", "veth", "web"]
                .contains { line.contains($0) }
        }
        let links = try host.host.run("ip -oneline link show type veth").split(separator: "\n")
            .filter { !$0.contains("uplink") }
        let files = try Command.run("find \(host.runner.leaseDirectory) \(host.runner.stateDirectory) -type f")
            .split(separator: "\n").filter { line in
                !["last_reserved_ip", "/lock", "/locks/"].contains { line.contains($0) }
            }
        return (rules + links + files).map(String.init)
    }

    private func expectNothingLeft(_ host: RuntimeHost, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let left = try remains(host)
        #expect(left.isEmpty, "\(left.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }

    @Test(
        "chains of both work, and leave nothing",
        arguments: [
            Mix(debian: ["bridge"]), Mix(debian: ["portmap"]), Mix(debian: ["firewall"]), Mix(debian: ["tuning"]),
            Mix(debian: ["host-local"]), Mix(debian: ["bridge", "host-local"]),
            Mix(debian: ["portmap", "firewall", "tuning"]), Mix(debian: ["bridge", "portmap"]), Mix(debian: chain),
        ])
    func mixedChain(mix: Mix) throws {
        let host = try RuntimeHost(mix.plugins)
        let network = try host.network(plan())
        let web = try network.attach("web", capabilities: Self.ports)
        try expectWorking(host, web)
        // Debian's portmap looks for rules of one family in the other's table.
        if !mix.debian.contains("portmap") { try web.check() }
        let sibling = try network.attach("sibling")
        for address in web.addresses {
            #expect(try isReached(web, from: sibling.sandbox, at: address, 80))
        }
        #expect(try isReached(web, from: sibling.sandbox, at: TestHost.addresses[0]))
        #expect(Set(sibling.addresses).isDisjoint(with: web.addresses))
        try sibling.detach()
        try web.detach()
        try web.detach()
        try expectNothingLeft(host)
    }

    @Test(
        "containers of Debian's chain leave with ours, in every manner of DEL", arguments: Addressing.allCases,
        ["result", "no result", "no namespace"])
    func swapToOurs(addressing: Addressing, manner: String) throws {
        let host = try RuntimeHost(Mix(debian: Self.chain).plugins)
        let network = try host.network(plan(addressing))
        let web = try network.attach("web", capabilities: Self.ports)
        try expectWorking(host, web)
        for type in Self.chain { try host.install(type, from: .ours) }
        // It goes on working, and a new container beside it gets another address and port.
        try expectWorking(host, web)
        let newcomer = try network.attach("newcomer")
        #expect(Set(newcomer.addresses).isDisjoint(with: web.addresses))
        for address in web.addresses { #expect(try isReached(web, from: newcomer.sandbox, at: address, 80)) }
        switch manner {
        case "result": try web.detach()
        case "no result": try host.host.inside { try network.chain.delete(web.attachment, previous: nil) }
        default: try web.detachBlindly()
        }
        try newcomer.detach()
        let left = try remains(host)
        switch manner {
        case "result": #expect(left == [])
        // Without its result the addresses of the container are not known, which the rules of Debian's firewall hold.
        case "no result": #expect(left.allSatisfy { $0.contains("accept") })
        // The runtime takes the namespace away, and the interface with it.
        default: #expect(left.allSatisfy { $0.contains("accept") || $0.contains("veth") })
        }
        // Nobody is led astray by what was left.
        let next = try network.attach("next", capabilities: Self.ports)
        try expectWorking(host, next)
        try next.detach()
    }

    @Test("containers of ours leave with Debian's chain as far as it can tell") func swapToDebian() throws {
        let host = try RuntimeHost()
        // Without ipMasq: Debian's bridge insists on finding its own rules of that.
        let ranges = #"[[{"subnet": "10.1.1.0/24"}], [{"subnet": "fd00:1::/64"}]]"#
        let network = try host.network(
            plan().with {
                $0.hasAddresses = false
                $0.bridge = #""isDefaultGateway": true, "ipam": {"type": "host-local", "dataDir": "$LEASES", "#
                $0.bridge += #""ranges": \#(ranges)},"#
            })
        let web = try network.attach("web", capabilities: Self.ports)
        for type in Self.chain { try host.install(type, from: .debian) }
        try web.detach()
        let links = try host.host.run("ip -oneline link show type veth").split(separator: "\n")
        #expect(links.count == 1)  // the uplink
        #expect(
            try Command.run("ls \(host.runner.leaseDirectory)/net1").split(separator: "\n").allSatisfy {
                $0.hasPrefix("last_reserved_ip.") || $0 == "lock" || $0 == "index"
            })
        // What Debian's cannot know is removed when ours are back.
        for type in Self.chain { try host.install(type, from: .ours) }
        try web.detach()
        try expectNothingLeft(host)
    }

    @Test("leases of either are honoured and given back by the other", arguments: [true, false])
    func leases(debianFirst: Bool) throws {
        let (first, second) = debianFirst ? (PluginSuite.debian, PluginSuite.ours) : (.ours, .debian)
        let host = try RuntimeHost(["host-local": first])
        let network = try host.network(plan())
        let one = try network.attach("one")
        try host.install("host-local", from: second)
        let two = try network.attach("two")
        #expect(Set(one.addresses).isDisjoint(with: two.addresses))
        let error = try network.refusal("three", arguments: "IP=\(one.addresses[0])")
        #expect(error.message.contains("\(one.addresses[0])"))
        try one.detach()
        let four = try network.attach("four", arguments: "IP=\(one.addresses[0])")
        #expect(four.addresses[0] == one.addresses[0])
        // Ours, because Debian's does not know the index of ours, which is mended when it is next in the way.
        try host.install("host-local", from: .ours)
        for attachment in [two, four] { try attachment.detach() }
        try expectNothingLeft(host)
    }
}

extension PluginSuite {
    static var isDebianInstalled: Bool { File.exists(debianDirectory.appending("bridge")) }
}
