// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import SwnetPipeline
import TestSupport
import Testing

/// The way out of containers, and forged ways in.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct FirewallEgressTests {
    typealias Scene = FirewallScene

    private static let extraAddresses = ["192.0.2.9", "2001:db8::9"].compactMap { IPAddress($0) }

    @Test(
        "containers leave as configured", arguments: [.strict, .open, .none] as [NetworkFilter.Ingress],
        IPFamily.allCases)
    func leaving(ingress: NetworkFilter.Ingress, family: IPFamily) throws {
        let scene = try Scene(.off)
        try scene.test.host.ip(
            Self.extraAddresses.map {
                // Deprecated addresses are used only when asked for.
                "address add \(IPPrefix(host: $0)) dev uplink\($0.family == .ipv6 ? " nodad" : "") preferred_lft 0\n"
            }.joined())
        try scene.install(
            [Scene.network(ingress), Scene.otherNetwork(.strict)],
            [
                Scene.endpoint(Scene.webAddresses), Scene.endpoint(Scene.siblingAddresses, egress: .none),
                Scene.endpoint(Scene.otherAddresses, egress: .fixed(Self.extraAddresses)),
            ])
        let server = try TestServer(in: scene.test.neighbour, port: #require(Port(80)))
        let neighbour = try TestHost.neighbourAddresses.address(family)
        try scene.walk(
            [
                Scene.Path("masqueraded", scene.web, neighbour, 80, as: TestHost.addresses.address(family)),
                Scene.Path("untouched", scene.sibling, neighbour, 80, as: Scene.siblingAddresses.address(family)),
                Scene.Path("fixed", scene.other, neighbour, 80, as: Self.extraAddresses.address(family)),
            ], to: server)
    }

    @Test("an internal network has no way out", arguments: Scene.BridgeNetfilter.allCases, IPFamily.allCases)
    func internalNetwork(bridgeNetfilter: Scene.BridgeNetfilter, family: IPFamily) throws {
        let scene = try Scene(bridgeNetfilter)
        try scene.install([Scene.network(.internal), Scene.otherNetwork(.open)], [Scene.endpoint(Scene.webAddresses)])
        let port = try #require(Port(80))
        let neighbour = try TestHost.neighbourAddresses.address(family)
        let web = try Scene.webAddresses.address(family)
        try scene.walk(
            [Scene.Path("LAN", scene.web, neighbour, 80, as: nil)], to: TestServer(in: scene.test.neighbour, port: port)
        )
        try scene.walk(
            [Scene.Path("other network", scene.web, try Scene.otherAddresses.address(family), 80, as: nil)],
            to: TestServer(in: scene.other, port: port))
        try scene.walk(
            [
                Scene.Path("sibling", scene.web, try Scene.siblingAddresses.address(family), 80, as: web)
            ], to: TestServer(in: scene.sibling, port: port))
        try scene.walk(
            [Scene.Path("host", scene.web, try Scene.gateways.address(family), 80, as: web)],
            to: TestServer(in: scene.test.host, port: port))
    }

    @Test("segments are made to fit the way out", arguments: IPFamily.allCases) func segments(family: IPFamily) throws {
        let scene = try Scene(.off)
        try scene.install([Scene.network(.strict)], [Scene.endpoint(Scene.webAddresses)])
        try scene.test.host.run("ip link set uplink mtu 1400")
        let port = try #require(Port(80))
        let server = try TestServer(in: scene.test.neighbour, port: port)
        let address = try TestHost.neighbourAddresses.address(family)
        let seen = try #require(try server.reached(from: scene.web, at: address, port: port))
        // 1400 less the headers of IP and TCP; the 12 bytes of time stamps come off on top.
        let headers: Int32 = family == .ipv4 ? 40 : 60
        #expect((1400 - headers - 12...1400 - headers).contains(seen.segmentSize), "\(seen.segmentSize)")
    }

    @Test(
        "a forged loopback address reaches neither ports published there nor the host's own services",
        arguments: Scene.BridgeNetfilter.allCases)
    func forgedLoopback(bridgeNetfilter: Scene.BridgeNetfilter) throws {
        let scene = try Scene(bridgeNetfilter)
        let loopback = IPAddress.ipv4(IPv4Address(127, 0, 0, 1))
        try scene.install(
            [Scene.network(.strict)],
            [
                Scene.endpoint(
                    Scene.webAddresses, publishing: [Scene.published(8081, at: loopback), Scene.published(8080)])
            ])
        try scene.test.host.run(
            "nft -f -",
            input: """
                table inet witness {
                    chain arriving {
                        type filter hook prerouting priority -400; policy accept;
                        iifname != "lo" ip daddr 127.0.0.1 counter
                    }
                }
                """)
        let server = try TestServer(in: scene.web, port: #require(Port(80)))
        let own = try TestServer(in: scene.test.host, port: #require(Port(80)))
        for (forger, device, gateway) in [
            (scene.test.neighbour, "uplink", "192.0.2.1"), (scene.sibling, "eth0", "10.89.0.1"),
        ] {
            try forger.run("sysctl -q net.ipv4.conf.\(device).route_localnet=1")
            try forger.ip("address del 127.0.0.1/8 dev lo\nroute add 127.0.0.1/32 via \(gateway) dev \(device)")
            let before = try scene.test.host.run("nft list table inet witness")
            try scene.walk(
                [
                    Scene.Path("published on loopback", forger, loopback, 8081, as: nil),
                    Scene.Path("published everywhere", forger, loopback, 8080, as: nil),
                ], to: server)
            try scene.walk([Scene.Path("the host's own", forger, loopback, 80, as: nil)], to: own)
            #expect(try scene.test.host.run("nft list table inet witness") != before, "nothing was forged")
        }
    }
}
