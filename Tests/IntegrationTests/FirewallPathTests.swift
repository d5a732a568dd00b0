// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import SwnetPipeline
import TestSupport
import Testing

/// Every path to and from containers, walked with real connections: who gets through, and as whom.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct FirewallPathTests {
    typealias Scene = FirewallScene

    @Test("published ports and nothing else", arguments: Scene.BridgeNetfilter.allCases, IPFamily.allCases)
    func strict(bridgeNetfilter: Scene.BridgeNetfilter, family: IPFamily) throws {
        let scene = try Scene(bridgeNetfilter)
        let lan = try TestHost.addresses.address(family)
        let loopback = IPPrefix.loopback(family).first.advanced(by: family == .ipv4 ? 1 : 0)
        let here = try #require(loopback)
        let ports = try [
            Scene.published(8080), Scene.published(8081, at: here), Scene.published(8082, at: lan),
            Scene.published(8083, at: TestHost.neighbourAddresses.address(family)),
        ]
        try scene.install(
            [Scene.network(.strict), Scene.otherNetwork(.strict)],
            [Scene.endpoint(Scene.webAddresses, publishing: ports), Scene.endpoint(Scene.otherAddresses)])
        let server = try TestServer(in: scene.web, port: #require(Port(80)))
        let web = try Scene.webAddresses.address(family)
        let gateway = try Scene.gateways.address(family)
        let neighbour = try TestHost.neighbourAddresses.address(family)
        let sibling = try Scene.siblingAddresses.address(family)
        let (host, lanClient) = (scene.test.host, scene.test.neighbour)
        // A reply from the bridge to ::1 is refused as forged when br_netfilter translates it too early.
        let hereSource = family == .ipv6 && bridgeNetfilter == .on ? nil : gateway
        try scene.walk(
            [
                Scene.Path("LAN to published", lanClient, lan, 8080, as: neighbour),
                Scene.Path("LAN to published on this address", lanClient, lan, 8082, as: neighbour),
                Scene.Path("LAN to published on loopback", lanClient, lan, 8081, as: nil),
                Scene.Path("LAN to published on another address", lanClient, lan, 8083, as: nil),
                Scene.Path("LAN to the container", lanClient, web, 80, as: nil),
                Scene.Path("LAN to the container's host port", lanClient, web, 8080, as: nil),
                Scene.Path("LAN to published through the gateway address", lanClient, gateway, 8080, as: neighbour),
                Scene.Path("host by LAN address", host, lan, 8080, as: gateway),
                Scene.Path("host by loopback", host, here, 8080, as: hereSource),
                Scene.Path("host by loopback only", host, here, 8081, as: hereSource),
                Scene.Path("host by LAN address to loopback only", host, lan, 8081, as: nil),
                Scene.Path("host to the container", host, web, 80, as: gateway),
                Scene.Path("itself", scene.web, lan, 8080, as: gateway),
                Scene.Path("itself through the gateway address", scene.web, gateway, 8080, as: gateway),
                Scene.Path("sibling through the host", scene.sibling, lan, 8080, as: gateway),
                Scene.Path("sibling to the container", scene.sibling, web, 80, as: sibling),
                Scene.Path("other network through the host", scene.other, lan, 8080, as: nil),
                Scene.Path("other network to the container", scene.other, web, 80, as: nil),
            ], to: server)
    }

    private typealias Reach = (fromOther: Seen, fromOtherThroughHost: Seen, fromNeighbour: Seen, published: Seen)

    /// Whom `web` sees.
    private enum Seen { case client, gateway, nobody }

    /// What each policy lets in: from another network, from there through the host, from the LAN, from there to a
    /// published port.
    private static let reach: [NetworkFilter.Ingress: Reach] = [
        // Without a policy it is no network of ours, so the other network's traffic leaves masqueraded.
        .none: (.gateway, .gateway, .client, .client),
        .strict: (.nobody, .nobody, .nobody, .client),
        .published: (.nobody, .client, .nobody, .client),
        .open: (.client, .client, .nobody, .client),
        .internal: (.nobody, .nobody, .nobody, .nobody),
        .sameBridge: (.nobody, .nobody, .client, .client),
        .isolated: (.nobody, .nobody, .client, .client),
    ]

    @Test("what each policy lets in", arguments: NetworkFilter.Ingress.allCases, IPFamily.allCases)
    func policies(ingress: NetworkFilter.Ingress, family: IPFamily) throws {
        let scene = try Scene(.off)
        try scene.install(
            [Scene.network(ingress), Scene.otherNetwork(.strict)],
            [
                Scene.endpoint(Scene.webAddresses, publishing: [Scene.published(8080)]),
                Scene.endpoint(Scene.otherAddresses),
            ])
        let server = try TestServer(in: scene.web, port: #require(Port(80)))
        let web = try Scene.webAddresses.address(family)
        let lan = try TestHost.addresses.address(family)
        let gateway = try Scene.gateways.address(family)
        let other = try Scene.otherAddresses.address(family)
        let neighbour = try TestHost.neighbourAddresses.address(family)
        let sibling = try Scene.siblingAddresses.address(family)
        func address(_ seen: Seen, _ client: IPAddress) -> IPAddress? {
            switch seen {
            case .client: client
            case .gateway: gateway
            case .nobody: nil
            }
        }
        let reach = try #require(Self.reach[ingress])
        try scene.walk(
            [
                Scene.Path("other network", scene.other, web, 80, as: address(reach.fromOther, other)),
                Scene.Path(
                    "other network through the host", scene.other, lan, 8080,
                    as: address(reach.fromOtherThroughHost, other)),
                Scene.Path("LAN", scene.test.neighbour, web, 80, as: address(reach.fromNeighbour, neighbour)),
                Scene.Path(
                    "LAN to published", scene.test.neighbour, lan, 8080, as: address(reach.published, neighbour)),
                Scene.Path("host to published", scene.test.host, lan, 8080, as: gateway),
                Scene.Path("sibling", scene.sibling, web, 80, as: sibling),
                Scene.Path("sibling through the host", scene.sibling, lan, 8080, as: gateway),
            ], to: server)
    }

    @Test(
        "containers kept apart reach published ports only",
        arguments: [.strict, .published, .open, .internal, .isolated] as [NetworkFilter.Ingress])
    func isolatedContainers(ingress: NetworkFilter.Ingress) throws {
        let scene = try Scene(.on)
        try scene.install(
            [Scene.network(ingress, .isolated)],
            [Scene.endpoint(Scene.webAddresses, publishing: [Scene.published(8080)])])
        let server = try TestServer(in: scene.web, port: #require(Port(80)))
        for family in IPFamily.allCases {
            let lan = try TestHost.addresses.address(family)
            let gateway = try Scene.gateways.address(family)
            try scene.walk(
                [
                    Scene.Path("sibling", scene.sibling, try Scene.webAddresses.address(family), 80, as: nil),
                    Scene.Path("sibling through the host", scene.sibling, lan, 8080, as: gateway),
                ], to: server)
        }
    }

    @Test("UDP takes the same paths", arguments: Scene.BridgeNetfilter.allCases, IPFamily.allCases)
    func datagrams(bridgeNetfilter: Scene.BridgeNetfilter, family: IPFamily) throws {
        let scene = try Scene(bridgeNetfilter)
        try scene.install(
            [Scene.network(.strict), Scene.otherNetwork(.strict)],
            [Scene.endpoint(Scene.webAddresses, publishing: [Scene.published(5353, at: nil, .udp)])])
        let server = try TestServer(in: scene.web, .udp, port: #require(Port(80)))
        let lan = try TestHost.addresses.address(family)
        let gateway = try Scene.gateways.address(family)
        let neighbour = try TestHost.neighbourAddresses.address(family)
        let web = try Scene.webAddresses.address(family)
        try scene.walk(
            [
                Scene.Path("LAN to published", scene.test.neighbour, lan, 5353, as: neighbour),
                Scene.Path("LAN to the container", scene.test.neighbour, web, 80, as: nil),
                Scene.Path("host", scene.test.host, lan, 5353, as: gateway),
                Scene.Path("sibling through the host", scene.sibling, lan, 5353, as: gateway),
                Scene.Path("itself", scene.web, lan, 5353, as: gateway),
                Scene.Path("other network through the host", scene.other, lan, 5353, as: nil),
            ], to: server)
    }

    @Test("whom a container sees", arguments: IPFamily.allCases) func clients(family: IPFamily) throws {
        let scene = try Scene(.off)
        let masked = Scene.endpoint(
            Scene.webAddresses, publishing: [try Scene.published(8080)], hairpin: .off, masqueradesAll: true)
        let plain = Scene.endpoint(Scene.siblingAddresses, publishing: [try Scene.published(8081)], hairpin: .off)
        try scene.install([Scene.network(.strict)], [masked, plain])
        let lan = try TestHost.addresses.address(family)
        let gateway = try Scene.gateways.address(family)
        let neighbour = try TestHost.neighbourAddresses.address(family)
        let port = try #require(Port(80))
        try scene.walk(
            [
                Scene.Path("LAN", scene.test.neighbour, lan, 8080, as: gateway),
                Scene.Path("host", scene.test.host, lan, 8080, as: gateway),
            ], to: TestServer(in: scene.web, port: port))
        try scene.walk(
            [
                Scene.Path("LAN, as it is", scene.test.neighbour, lan, 8081, as: neighbour),
                Scene.Path("host, as it is", scene.test.host, lan, 8081, as: lan),
            ], to: TestServer(in: scene.sibling, port: port))
    }
}
