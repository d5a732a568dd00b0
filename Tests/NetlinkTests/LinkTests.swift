// SPDX-License-Identifier: Apache-2.0
import Netlink
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct LinkTests {
    private let host: TestNamespace

    init() throws { host = try TestNamespace() }

    /// `ip -j` of one link.
    private func shown(_ name: InterfaceName, in namespace: TestNamespace? = nil) throws -> String {
        try (namespace ?? host).run("ip -j -d link show \(name)")
    }

    @Test("a bridge is made with its MAC address, MTU, options and up, in one request")
    func addBridge() throws {
        var socket = try RouteSocket(in: host.namespace)
        let mac: MACAddress = "0a:58:0a:59:00:01"
        let index = try socket.addLink(
            NewLink("br0", macAddress: mac, mtu: 1400, isUp: true), BridgeOptions(multicastSnooping: false))
        let link = try socket.link(named: "br0")
        #expect(link.index == index && link.isUp && link.mtu == 1400 && link.macAddress == mac)
        #expect(link.kind == .bridge && link.bridge?.multicastSnooping == false)
        let text = try shown("br0")
        for part in [#""address":"0a:58:0a:59:00:01""#, #""mtu":1400"#, #""mcast_snooping":0"#, #""UP""#] {
            #expect(text.contains(part))
        }
    }

    @Test("the MAC address that a bridge was given survives its ports")
    func bridgeKeepsAddress() throws {
        var socket = try RouteSocket(in: host.namespace)
        let mac: MACAddress = "fe:58:0a:59:00:01"
        let bridge = try socket.addLink(NewLink("br0", macAddress: mac), BridgeOptions())
        try host.ip("link add lower address 02:00:00:00:00:01 type veth peer name x")
        try socket.setLink(named: "lower", .master(bridge))
        #expect(try socket.link(bridge).macAddress == mac)
    }

    @Test("a veth pair is born with its peer in the sandbox, in one request")
    func addVethPair() throws {
        let sandbox = try TestNamespace()
        var socket = try RouteSocket(in: host.namespace)
        let bridge = try socket.addLink(NewLink("br0", isUp: true), BridgeOptions())
        let pair = try socket.addVethPair(
            NewLink("veth0", macAddress: "0a:58:00:00:00:01", mtu: 1400, master: bridge, isUp: true),
            peer: NewLink("eth0", macAddress: "0a:58:00:00:00:02", mtu: 1400), in: sandbox.namespace)
        let link = try socket.link(named: "veth0")
        #expect(link.index == pair.host && link.macAddress == pair.hostMACAddress && link.parent == pair.peer)
        #expect(link.master == bridge && link.isUp && link.mtu == 1400 && link.kind == .veth)
        #expect(link.macAddress == "0a:58:00:00:00:01" && link.parentNamespaceID != nil)
        let peer = try shown("eth0", in: sandbox)
        for part in [#""ifindex":\#(pair.peer),"#, #""address":"0a:58:00:00:00:02""#, #""mtu":1400"#] {
            #expect(peer.contains(part))
        }
        var inside = try RouteSocket(in: sandbox.namespace)
        #expect(try inside.link(pair.peer).isUp == false)
        try inside.setLink(pair.peer, .up)
        #expect(try inside.link(pair.peer).isUp)
    }

    @Test("a name that is taken, here or in the sandbox, is told and nothing is made")
    func nameTaken() throws {
        let sandbox = try TestNamespace()
        try host.ip("link add veth0 type veth peer name x")
        try sandbox.ip("link add eth0 type veth peer name y")
        var socket = try RouteSocket(in: host.namespace)
        let before = try socket.links().count
        let error = try #require(throws: NetlinkError.self) {
            try socket.addVethPair(NewLink("veth0"), peer: NewLink("eth1"), in: sandbox.namespace)
        }
        #expect(error.isAlreadyExists)
        #expect(error.description == "link add veth0 type veth peer name eth1: File exists")
        let peerError = try #require(throws: NetlinkError.self) {
            try socket.addVethPair(NewLink("veth1"), peer: NewLink("eth0"), in: sandbox.namespace)
        }
        #expect(peerError.isAlreadyExists)
        #expect(try socket.links().count == before)
    }

    @Test("a kind that the kernel lacks is told in the kernel's words")
    func unknownKind() throws {
        struct Nonsense: LinkOptions {
            static var kind: LinkKind { LinkKind(rawValue: "nonsense") }
            var description: String { "" }
            func encode(into data: inout AttributeWriter<LinkInfoAttributes>) {}
        }
        var socket = try RouteSocket(in: host.namespace)
        let error = try #require(throws: NetlinkError.self) { try socket.addLink(NewLink("n0"), Nonsense()) }
        #expect(error.isNotSupported)
        #expect(error.description == "link add n0 type nonsense: Operation not supported: Unknown device type")
    }

    @Test("changes go out as flag and mask of one bit: no other flag is touched")
    func setLink() throws {
        var socket = try RouteSocket(in: host.namespace)
        let index = try socket.addLink(NewLink("br0"), BridgeOptions())
        try socket.setLink(index, .promiscuous(true), .allMulticast(true))
        try socket.setLink(index, .up, .mtu(1300), .macAddress("0a:58:00:00:00:07"), .transmitQueueLength(42))
        let link = try socket.link(index)
        #expect(link.flags.isSuperset(of: [.up, .promiscuous, .allMulticast]))
        #expect(link.mtu == 1300 && link.macAddress == "0a:58:00:00:00:07" && link.transmitQueueLength == 42)
        try socket.setLink(named: "br0", .down, .promiscuous(false), .alias("a network of mine"))
        let changed = try socket.link(index)
        #expect(changed.flags.isDisjoint(with: [.up, .promiscuous]) && changed.flags.contains(.allMulticast))
        #expect(changed.alias == "a network of mine")
        #expect(try shown("br0").contains(#""ifalias":"a network of mine""#))
    }

    @Test("a port leaves its bridge")
    func nomaster() throws {
        try host.ip("link add br0 type bridge\nlink add veth0 master br0 type veth peer name x")
        var socket = try RouteSocket(in: host.namespace)
        let port = try socket.link(named: "veth0")
        #expect(port.master != nil)
        try socket.setLink(port.index, .master(nil))
        #expect(try socket.link(named: "veth0").master == nil)
    }

    @Test("a link is renamed, and moved with a new name")
    func renameAndMove() throws {
        let sandbox = try TestNamespace()
        try host.ip("link add a0 type veth peer name a1")
        var socket = try RouteSocket(in: host.namespace)
        let index = try socket.link(named: "a0").index
        try socket.renameLink(index, to: "b0")
        #expect(try socket.linkIfPresent(named: "a0") == nil)
        try socket.moveLink(index, to: sandbox.namespace, renaming: "eth0")
        #expect(try socket.linkIfPresent(named: "b0") == nil)
        #expect(try shown("eth0", in: sandbox).contains(#""ifname":"eth0""#))
    }

    @Test("deleting by name or index takes both ends; what is gone is told apart")
    func delete() throws {
        var socket = try RouteSocket(in: host.namespace)
        try host.ip("link add a0 type veth peer name a1\nlink add b0 type veth peer name b1")
        try socket.deleteLink(named: "a0")
        #expect(try socket.linkIfPresent(named: "a1") == nil)
        let index = try socket.link(named: "b1").index
        try socket.deleteLink(index)
        let error = try #require(throws: NetlinkError.self) { try socket.deleteLink(index) }
        #expect(error.isNotFound && error.description == "link delete index \(index): No such device")
        let named = try #require(throws: NetlinkError.self) { try socket.deleteLink(named: "b0") }
        #expect(named.isNotFound && named.description == "link delete b0: No such device")
    }

    @Test("a link is made in another namespace")
    func addElsewhere() throws {
        let sandbox = try TestNamespace()
        var socket = try RouteSocket(in: host.namespace)
        try socket.addLink(NewLink("br7", mtu: 1300, isUp: true), BridgeOptions(), in: sandbox.namespace)
        #expect(try socket.linkIfPresent(named: "br7") == nil)
        #expect(try shown("br7", in: sandbox).contains(#""mtu":1300"#))
        let error = try #require(throws: NetlinkError.self) {
            try socket.addLink(NewLink("br7"), BridgeOptions(), in: sandbox.namespace)
        }
        #expect(error.isAlreadyExists)
    }

    @Test("links are listed by master and kind")
    func list() throws {
        try host.ip(
            """
            link add br0 type bridge
            link add veth0 master br0 type veth peer name x0
            link add veth1 type veth peer name x1
            """)
        var socket = try RouteSocket(in: host.namespace)
        let bridge = try socket.link(named: "br0").index
        #expect(try socket.links(master: bridge).map(\.name) == ["veth0"])
        #expect(Set(try socket.links(kind: .veth).map(\.name)) == ["veth0", "veth1", "x0", "x1"])
        #expect(try socket.links(kind: LinkKind(rawValue: "nonsense")).isEmpty)
        #expect(try socket.links().count == 6)
    }

    @Test("traffic is counted")
    func statistics() throws {
        var socket = try RouteSocket(in: host.namespace)
        let before = try socket.link(named: "lo").statistics
        try host.run("ping -c 1 -W 1 127.0.0.1")
        let after = try socket.link(named: "lo").statistics
        #expect(after.transmittedPackets >= before.transmittedPackets + 2)
        #expect(after.receivedBytes >= before.receivedBytes + 2 * 84)
    }

    @Test("a bridge's options change later")
    func setBridge() throws {
        var socket = try RouteSocket(in: host.namespace)
        let index = try socket.addLink(NewLink("br0"), BridgeOptions(multicastSnooping: true))
        try socket.setBridge(index, BridgeOptions(multicastSnooping: false))
        #expect(try socket.link(index).bridge?.multicastSnooping == false)
    }

    @Test("VLAN filtering that the kernel lacks is told with the option's name")
    func vlanFiltering() throws {
        var socket = try RouteSocket(in: host.namespace)
        do throws(NetlinkError) {
            let index = try socket.addLink(NewLink("br0"), BridgeOptions(vlanFiltering: true))
            #expect(try socket.link(index).bridge?.vlanFiltering == true)
        } catch {
            #expect(error.isNotSupported)
            #expect(error.description == "link add br0 type bridge vlan_filtering 1: Operation not supported")
        }
    }
}
