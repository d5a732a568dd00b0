// SPDX-License-Identifier: Apache-2.0
import Netlink
import NetworkTypes
import TestSupport
import Testing

/// Ports and VLANs of a bridge.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct BridgeTests {
    private let host: TestNamespace

    init() throws {
        host = try TestNamespace()
        try host.ip("link add br0 type bridge\nlink add veth0 master br0 type veth peer name x")
    }

    @Test("the options of a port are set together and read back")
    func port() throws {
        var socket = try RouteSocket(in: host.namespace)
        let index = try socket.link(named: "veth0").index
        let options = BridgePort(
            hairpin: true, isolated: true, learning: false, unicastFlood: false, multicastFlood: false,
            broadcastFlood: false, neighborSuppression: true)
        try socket.setBridgePort(index, options)
        #expect(try socket.link(index).bridgePort == options)
        let text = try host.run("ip -j -d link show veth0")
        for part in [#""hairpin":true"#, #""isolated":true"#, #""learning":false"#, #""neigh_suppress":true"#] {
            #expect(text.contains(part))
        }
        try socket.setBridgePort(index, BridgePort(isolated: false))
        let changed = try #require(try socket.link(index).bridgePort)
        #expect(changed.isolated == false && changed.hairpin == true)
    }

    @Test("a link that is no port cannot have the options of one")
    func notAPort() throws {
        var socket = try RouteSocket(in: host.namespace)
        let index = try socket.link(named: "x").index
        let error = try #require(throws: NetlinkError.self) {
            try socket.setBridgePort(index, BridgePort(hairpin: true))
        }
        #expect(error.description.hasPrefix("link set index \(index) type bridge_slave hairpin on: "))
    }

    @Test("VLANs are added, listed and deleted, or the kernel's lack of them is told")
    func vlans() throws {
        var socket = try RouteSocket(in: host.namespace)
        let index = try socket.link(named: "veth0").index
        let vlans = try [
            #require(BridgeVLAN(10, isPVID: true, isUntagged: true)), #require(BridgeVLAN(100...109)),
        ]
        do throws(NetlinkError) {
            try socket.addBridgeVLANs(vlans, to: index)
            #expect(try socket.bridgeVLANs().contains { $0.interface == index && $0.vlans.contains(vlans[1]) })
            try socket.deleteBridgeVLANs(vlans, from: index)
            #expect(try !socket.bridgeVLANs().contains { $0.interface == index && $0.vlans.contains(vlans[1]) })
        } catch {
            #expect(error.isNotSupported)
            let command = "bridge vlan add dev index \(index) vid 10 pvid untagged vid 100-109"
            #expect(error.description == "\(command): Operation not supported")
        }
    }

    @Test("a VLAN outside 1...4094, and a PVID of several VLANs, cannot be said")
    func invalidVLANs() {
        #expect(BridgeVLAN(0) == nil && BridgeVLAN(4095) == nil)
        #expect(BridgeVLAN(1...2, isPVID: true) == nil)
    }
}
