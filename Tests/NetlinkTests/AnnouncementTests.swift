// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import Netlink
import NetworkTypes
import TestSupport
import Testing

/// A new attachment beside a neighbour that knew the former holder of its addresses.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct AnnouncementTests {
    private let host: TestNamespace
    private let neighbor: TestNamespace
    private let sandbox: TestNamespace
    private let neighborLink: InterfaceIndex
    private let pair: VethPair

    private static let macAddress: MACAddress = "0a:58:00:00:00:03"
    private static let addresses: [IPAddress] = ["10.89.0.3", "fd00::3"]

    init() throws {
        host = try TestNamespace()
        neighbor = try TestNamespace()
        sandbox = try TestNamespace()
        var socket = try RouteSocket(in: host.namespace)
        let bridge = try socket.addLink(NewLink("br0", isUp: true), BridgeOptions())
        let first = try socket.addVethPair(
            NewLink("veth0", master: bridge, isUp: true), peer: NewLink("eth0"), in: neighbor.namespace)
        neighborLink = first.peer
        var inNeighbor = try RouteSocket(in: neighbor.namespace)
        try inNeighbor.setLink(neighborLink, .up)
        try inNeighbor.addAddress("10.89.0.2/24", to: neighborLink)
        try inNeighbor.addAddress("fd00::2/64", to: neighborLink, .noDuplicateDetection)
        for address in Self.addresses {
            try inNeighbor.addNeighbor(Neighbor(address, on: neighborLink, at: "02:00:00:00:00:99", state: .stale))
        }
        _ = try socket.link(first.host)
        pair = try socket.addVethPair(
            NewLink("veth1", master: bridge, isUp: true), peer: NewLink("eth0", macAddress: Self.macAddress),
            in: sandbox.namespace)
    }

    @Test("reading one link settles its carrier: the bridge forwards at once")
    func settle() throws {
        var socket = try RouteSocket(in: host.namespace)
        var inside = try RouteSocket(in: sandbox.namespace)
        try inside.setLink(pair.peer, .up)
        #expect(try socket.link(pair.host).operationalState == .up)
        #expect(try host.run("ip -j -d link show veth1").contains(#""state":"forwarding""#))
    }

    @Test("an announcement reaches the neighbour, of both families and at once")
    func announce() throws {
        var socket = try RouteSocket(in: host.namespace)
        var inside = try RouteSocket(in: sandbox.namespace)
        try sandbox.inside {
            try Sysctl("net/ipv4/conf/eth0/arp_notify").write("1")
            try Sysctl("net/ipv6/conf/eth0/ndisc_notify").write("1")
        }
        var batch = RouteBatch()
        batch.addAddress("10.89.0.3/24", to: pair.peer)
        batch.addAddress("fd00::3/64", to: pair.peer, .noDuplicateDetection)
        batch.setLink(pair.peer, .up)
        try inside.execute(batch)
        _ = try socket.link(pair.host)
        try inside.announceAddresses(of: pair.peer, at: Self.macAddress)
        var inNeighbor = try RouteSocket(in: neighbor.namespace)
        let known = try inNeighbor.neighbors(on: neighborLink)
        for address in Self.addresses {
            #expect(known.first { $0.address == address }?.macAddress == Self.macAddress)
        }
    }
}
