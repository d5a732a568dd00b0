// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import NetworkTypes
import SwnetPipeline
import SwnetState
import SystemPackage
import TestSupport
import Testing

/// A host with a LAN neighbour and two networks: `web` and `sibling` on one, `other` on the other.
struct FirewallScene {
    /// Whether bridges hand what they forward to netfilter (`net.bridge.bridge-nf-call-*`).
    enum BridgeNetfilter: Int, CaseIterable, Sendable { case off, on }

    let test: TestHost
    let web: TestNamespace
    let sibling: TestNamespace
    let other: TestNamespace
    private let folder = try? TemporaryDirectory()

    static let bridge = name("br-a")
    static let otherBridge = name("br-b")
    static let gateways = prefixes("10.89.0.1/24", "fd00:a::1/64")
    static let webAddresses = prefixes("10.89.0.2/24", "fd00:a::2/64")
    static let siblingAddresses = prefixes("10.89.0.3/24", "fd00:a::3/64")
    static let otherGateways = prefixes("10.90.0.1/24", "fd00:b::1/64")
    static let otherAddresses = prefixes("10.90.0.2/24", "fd00:b::2/64")

    init(_ bridgeNetfilter: BridgeNetfilter) throws {
        test = try TestHost()
        let value = bridgeNetfilter.rawValue
        try test.host.run(
            "sysctl -q net.bridge.bridge-nf-call-iptables=\(value) net.bridge.bridge-nf-call-ip6tables=\(value)")
        try test.addBridge(Self.bridge, gateways: Self.gateways)
        try test.addBridge(Self.otherBridge, gateways: Self.otherGateways)
        web = try test.addContainer(
            on: Self.bridge, port: "web", addresses: Self.webAddresses, gateways: Self.gateways)
        sibling = try test.addContainer(
            on: Self.bridge, port: "sibling", addresses: Self.siblingAddresses, gateways: Self.gateways)
        other = try test.addContainer(
            on: Self.otherBridge, port: "other", addresses: Self.otherAddresses, gateways: Self.otherGateways)
        try allowLoopback()
        try routeDirectly()
        // With br_netfilter a container's way to itself ends at the bridge port it came from.
        if bridgeNetfilter == .on { try test.host.run("ip link set web type bridge_slave hairpin on") }
    }

    /// What publishing on loopback addresses needs beside the firewall.
    private func allowLoopback() throws {
        for bridge in [Self.bridge, Self.otherBridge] {
            try test.host.run("sysctl -q net.ipv4.conf.\(bridge).route_localnet=1")
        }
        try test.host.run("ip -6 route add local ::1/128 dev \(Self.bridge) table local metric 4096")
    }

    /// The neighbour knows the way to the containers.
    private func routeDirectly() throws {
        for (subnet, host) in zip(Self.gateways + Self.otherGateways, TestHost.addresses + TestHost.addresses) {
            try test.neighbour.run("ip route add \(subnet.network) via \(host)")
        }
    }

    /// Installs filters in the host.
    func install(_ networks: [NetworkFilter], _ endpoints: [EndpointFilter]) throws {
        try session { (session: inout FirewallSession) in try session.install(networks, endpoints) }
    }

    func session(_ body: (inout FirewallSession) throws -> Void) throws {
        let folder = try #require(folder)
        try test.host.inside {
            var session = try FirewallSession(StateLayout(runDirectory: folder.path.string))
            try body(&session)
        }
    }

    /// Who connects to what, and which source address the server sees; nil when it must not get there.
    struct Path {
        let name: String
        let client: TestNamespace
        let address: IPAddress
        let port: Int
        let source: IPAddress?

        init(_ name: String, _ client: TestNamespace, _ address: IPAddress, _ port: Int, as source: IPAddress?) {
            self.name = name
            self.client = client
            self.address = address
            self.port = port
            self.source = source
        }
    }

    /// Walks all paths and compares what `server` saw.
    func walk(_ paths: [Path], to server: TestServer) throws { try Self.walk(paths, to: server) }

    static func walk(_ paths: [Path], to server: TestServer) throws {
        for path in paths {
            // An answer takes microseconds, unless the machine is busy; silence is believed sooner.
            let timeout: Int32 = path.source == nil ? 100 : 5000
            let seen = try server.reached(
                from: path.client, at: path.address, port: #require(Port(path.port)), timeout: timeout)
            #expect(seen?.source == path.source, "\(path.name): \(path.address) port \(path.port)")
        }
    }

    static func endpoint(
        _ addresses: [IPPrefix], egress: EndpointFilter.Egress = .masquerade, publishing ports: [PublishedPort] = [],
        hairpin: EndpointFilter.Hairpin = .masqueraded, masqueradesAll: Bool = false
    ) -> EndpointFilter {
        EndpointFilter(
            addresses: addresses.map(\.address), egress: egress, published: ports, hairpin: hairpin,
            masqueradesAll: masqueradesAll)
    }

    static func network(
        _ ingress: NetworkFilter.Ingress, _ interContainer: NetworkFilter.InterContainer = .open
    ) -> NetworkFilter {
        NetworkFilter(
            bridge: bridge, subnets: gateways.map(\.network), ingress: ingress, interContainer: interContainer,
            guardsLoopback: true)
    }

    static func otherNetwork(_ ingress: NetworkFilter.Ingress) -> NetworkFilter {
        NetworkFilter(
            bridge: otherBridge, subnets: otherGateways.map(\.network), ingress: ingress, guardsLoopback: true)
    }

    static func published(
        _ hostPort: Int, at hostAddress: IPAddress? = nil, _ transport: L4Protocol = .tcp
    ) throws -> PublishedPort {
        PublishedPort(
            hostAddress: hostAddress, hostPort: try #require(Port(hostPort)), containerPort: try #require(Port(80)),
            transport: transport)
    }

    private static func name(_ text: String) -> InterfaceName { InterfaceName(text) ?? name("br") }
    private static func prefixes(_ texts: String...) -> [IPPrefix] { texts.compactMap { IPPrefix($0) } }
}

extension [IPPrefix] {
    /// The address of one family.
    func address(_ family: IPFamily) throws -> IPAddress {
        try #require(first { $0.family == family }).address
    }
}

extension [IPAddress] {
    func address(_ family: IPFamily) throws -> IPAddress { try #require(first { $0.family == family }) }
}
