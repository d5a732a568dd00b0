// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import Netlink
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct LinkTests {
    @Test("a bridge is made with its MAC address, MTU and up, in one request")
    func addBridge() throws {
        let host = try TestNamespace()
        var socket = try RouteSocket(in: host.namespace)
        let mac = try #require(MACAddress("0a:58:0a:59:00:01"))
        let name = try #require(InterfaceName("br0"))
        let index = try socket.addLink(
            NewLink(name, macAddress: mac, mtu: 1400, isUp: true), BridgeOptions(multicastSnooping: false))
        let link = try socket.link(named: name)
        #expect(link.index == index)
        #expect(link.isUp && link.mtu == 1400 && link.macAddress == mac && link.kind == .bridge)
        #expect(link.bridge?.multicastSnooping == false)
        let shown = try host.run("ip -d link show br0")
        #expect(shown.contains("0a:58:0a:59:00:01") && shown.contains("mtu 1400") && shown.contains("mcast_snooping 0"))
    }

    @Test("a veth pair is born with its peer in the sandbox")
    func addVethPair() throws {
        let host = try TestNamespace()
        let sandbox = try TestNamespace()
        var socket = try RouteSocket(in: host.namespace)
        var inside = try RouteSocket(in: sandbox.namespace)
        let bridge = try socket.addLink(NewLink(try #require(InterfaceName("br0")), isUp: true), BridgeOptions())
        let name = try #require(InterfaceName("veth0"))
        let peer = try #require(InterfaceName("eth0"))
        let pair = try socket.addVethPair(
            NewLink(name, mtu: 1400, master: bridge, isUp: true), peer: NewLink(peer, mtu: 1400), in: sandbox.namespace)
        let address = try #require(IPPrefix("10.89.0.2/24"))
        let address6 = try #require(IPPrefix("fd00::2/64"))
        var batch = RouteBatch()
        batch.setLink(pair.peer, .up)
        batch.addAddress(address, to: pair.peer)
        batch.addAddress(address6, to: pair.peer, .noDuplicateDetection)
        batch.addRoute(Route(to: try #require(IPPrefix("0.0.0.0/0")), via: IPAddress("10.89.0.1")))
        batch.addRoute(Route(to: try #require(IPPrefix("::/0")), via: IPAddress("fd00::1")))
        try inside.execute(batch)
        let link = try socket.link(named: name)
        #expect(link.master == bridge && link.isUp && link.mtu == 1400 && link.kind == .veth)
        #expect(try inside.addresses(of: pair.peer).map(\.prefix).contains(address))
        #expect(try inside.addresses(of: pair.peer).map(\.prefix).contains(address6))
        #expect(try inside.route(to: try #require(IPAddress("8.8.8.8"))).gateway == IPAddress("10.89.0.1"))
        #expect(try inside.route(to: try #require(IPAddress("2001:db8::1"))).gateway == IPAddress("fd00::1"))
    }
}
