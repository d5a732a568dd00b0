// SPDX-License-Identifier: Apache-2.0
import NFTables
import NetworkTypes
import SwnetPipeline
import SwnetState
import SystemPackage
import TestSupport
import Testing

/// swnet's table in a kernel, with nft(8) as the witness.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct FirewallSessionTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func session() throws -> FirewallSession {
        try FirewallSession(StateLayout(runDirectory: folder.path.string))
    }

    private func listing() throws -> String { try Command.run("nft list ruleset") }

    /// The members of a set or map, as nft prints them.
    private func elements(of kind: String, _ name: String) throws -> [String] {
        let listed = try Command.run("nft list \(kind) inet swnet \(name)")
        guard let start = listed.split(separator: "elements = { ", maxSplits: 1).dropFirst().first,
            let content = start.split(separator: " }").first
        else { return [] }
        return content.split(separator: ",").map { String($0.drop { $0.isWhitespace }) }
    }

    @Test("the constant rules load, list readably, reload, and loading them again changes nothing")
    func skeleton() async throws {
        var session = try session()
        try session.ensureSkeleton()
        let listed = try listing()
        #expect(try listed == Golden.text("nftables/skeleton.list.nft", updatingTo: listed))
        try session.ensureSkeleton()
        try session.restoreSkeleton()
        #expect(try listing() == listed)
        try Command.run("nft flush ruleset")
        try Command.run("nft -f -", input: listed)
        #expect(try listing() == listed)
        try Command.run("nft flush ruleset")
        try Command.run("nft -f -", input: "\(Firewall.skeleton())")
        #expect(try listing() == listed)
    }

    @Test("restoring repairs our chains and leaves the administrator's alone") func restoring() async throws {
        var session = try session()
        try session.ensureSkeleton()
        let listed = try listing()
        try Command.run("nft add rule inet swnet user-forward ip saddr 192.0.2.66 drop")
        try Command.run("nft flush chain inet swnet forward")
        try session.restoreSkeleton()
        #expect(
            try listing()
                == listed.replacing("user-forward {\n", with: "user-forward {\n\t\tip saddr 192.0.2.66 drop\n"))
    }

    @Test("what is withdrawn leaves nothing, and readable text loads again while it is there")
    func installAndWithdraw() async throws {
        var session = try session()
        try session.ensureSkeleton()
        let empty = try listing()
        let networks = [try network("br0", "10.89.0.0/24", "fd00::/64"), try network("br1", "10.90.0.0/24")]
        let endpoints = [try web(), try endpoint("10.90.0.2", egress: .fixed([address("192.0.2.9")]))]
        try session.install(networks, endpoints)
        let full = try listing()
        #expect(try full == Golden.text("nftables/installed.list.nft", updatingTo: full))
        try Command.run("nft flush ruleset")
        try Command.run("nft -f -", input: full)
        #expect(try listing() == full)
        #expect(try session.drift(from: networks, endpoints) == nil)
        try session.withdraw(networks, endpoints)
        #expect(try listing() == empty)
        try session.withdraw(networks, endpoints)
        try Command.run("nft flush ruleset")
        try session.withdraw(networks, endpoints)
        #expect(try listing() == "")
    }

    @Test("a port that is published already names its owner, and nothing is changed") func takenPort() async throws {
        var session = try session()
        try session.install([], [try web()])
        let before = try listing()
        let rival = try endpoint("10.89.0.9", "fd00::9", ports: [port(8080)], owner: "other")
        let error = #expect(throws: FirewallError.self) { try session.install([], [rival]) }
        #expect(error == .portTaken(try port(8080), owner: "mynet/web/eth0"))
        #expect(error?.description == "host port 8080/tcp is already published by mynet/web/eth0")
        let loopback = try port(443, at: "127.0.0.1")
        let again = #expect(throws: FirewallError.self) {
            try session.install([], [try endpoint("10.89.0.9", ports: [loopback])])
        }
        #expect(again == .portTaken(loopback, owner: "mynet/web/eth0"))
        #expect(try listing() == before)
        try session.withdraw([], [rival])
        #expect(try listing() == before, "a port of somebody else was withdrawn")
    }

    @Test("a flushed ruleset comes back with the next attachment") func flushed() async throws {
        var session = try session()
        let mynet = try network("br0", "10.89.0.0/24", "fd00::/64")
        try session.install([mynet], [try web()])
        let full = try listing()
        try Command.run("nft flush ruleset")
        try session.install([mynet], [try web()])
        #expect(try listing() == full)
        // The version is there, but not everything that belongs to it.
        try Command.run("nft flush chain inet swnet egress")
        try Command.run("nft delete set inet swnet masquerade4")
        try session.install([], [try endpoint("10.89.0.7")])
        #expect(try elements(of: "set", "masquerade4") == ["10.89.0.7"])
        try Command.run("nft flush ruleset")
        try session.commit(Transaction(Firewall.table, [Firewall.ipv4.masquerade.add(IPv4Address(10, 0, 0, 1))]))
        #expect(try elements(of: "set", "masquerade4") == ["10.0.0.1"])
    }

    @Test("a bridge's policy can be exchanged") func exchangedPolicy() async throws {
        var session = try session()
        try session.install([try network("br0", "10.0.0.0/24", ingress: .internal, .isolated)], [])
        #expect(try elements(of: "map", "from_network") == ["\"br0\" : jump leave-internal"])
        try session.install([try network("br0", "10.0.0.0/24", ingress: .open, .open)], [try endpoint("10.0.0.2")])
        #expect(try elements(of: "map", "to_network") == ["\"br0\" : jump to-open"])
        #expect(try elements(of: "map", "from_network") == [])
        #expect(try elements(of: "set", "same_bridge") == ["\"br0\" . \"br0\""])
        #expect(try elements(of: "set", "isolated_bridge") == [])
        #expect(try elements(of: "set", "masquerade4") == ["10.0.0.2"])
    }

    @Test("subnets inside one another do not fail, and the outer one survives the inner") func overlap() async throws {
        var session = try session()
        let outer = try network("br0", "10.0.0.0/16", "fd00::/48")
        let inner = try network("br1", "10.0.1.0/24", "fd00:0:0:1::/64")
        try session.install([outer], [])
        try session.install([inner], [try endpoint("10.0.1.2")])
        #expect(try elements(of: "set", "networks").sorted() == ["\"br0\"", "\"br1\""])
        try session.withdraw([inner], [])
        #expect(try elements(of: "set", "same_network4") == ["10.0.0.0/16 . 10.0.0.0/16"])
        #expect(try elements(of: "set", "same_network6") == ["fd00::/48 . fd00::/48"])
        #expect(try elements(of: "set", "networks") == ["\"br0\""])
    }

    @Test("what is missing is named") func drift() async throws {
        var session = try session()
        let mynet = try network("br0", "10.89.0.0/24", "fd00::/64")
        let missing = "nftables table inet swnet is missing, or of another version of swnet"
        #expect(try session.drift(from: [mynet], []) == missing)
        try session.install([mynet], [try web()])
        #expect(try session.drift(from: [mynet], [try web()]) == nil)
        try Command.run("nft -f -", input: "delete element inet swnet hairpin6 { fd00::2 }")
        #expect(
            try session.drift(from: [mynet], [try web()])
                == "nftables lacks: add element inet swnet hairpin6 { fd00::2 }")
        try Command.run("nft -f -", input: "delete element inet swnet to_network { \"br0\" }")
        try Command.run("nft -f -", input: "add element inet swnet to_network { \"br0\" : jump to-open }")
        #expect(
            try session.drift(from: [mynet], [])
                == "nftables lacks: add element inet swnet to_network { \"br0\" : jump to-strict }")
        try Command.run("nft -f -", input: "flush set inet swnet skeleton")
        #expect(try session.drift(from: [mynet], []) == missing)
    }

    // MARK: - What is installed

    private func web() throws -> EndpointFilter {
        try endpoint(
            "10.89.0.2", "fd00::2",
            ports: [port(8080), port(53, .udp), port(443, at: "127.0.0.1"), port(9, .sctp, at: "2001:db8::1")],
            owner: "mynet/web/eth0")
    }

    private func endpoint(
        _ addresses: String..., egress: EndpointFilter.Egress = .masquerade, ports: [PublishedPort] = [],
        owner: String? = nil
    ) throws -> EndpointFilter {
        EndpointFilter(
            addresses: try addresses.map(address), egress: egress, published: ports, hairpin: .masqueraded,
            owner: owner)
    }

    private func network(
        _ bridge: String, _ subnets: String..., ingress: NetworkFilter.Ingress = .strict,
        _ interContainer: NetworkFilter.InterContainer = .open
    ) throws -> NetworkFilter {
        NetworkFilter(
            bridge: try #require(InterfaceName(bridge)), subnets: subnets.compactMap { IPPrefix($0) },
            ingress: ingress, interContainer: interContainer, guardsLoopback: true)
    }

    private func port(_ number: Int, _ transport: L4Protocol = .tcp, at text: String? = nil) throws -> PublishedPort {
        PublishedPort(
            hostAddress: try text.map(address), hostPort: try #require(Port(number)),
            containerPort: try #require(Port(number)), transport: transport)
    }

    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
}
