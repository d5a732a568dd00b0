// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import TestSupport
import Testing

// Decoders of single messages are the module's own business.
@testable import Netlink

/// What a kernel sent, or would send, against what we make of it.
struct ReplyDecodingTests {
    /// Decodes the one message of a fixture.
    private func decode<Object>(
        _ fixture: String, _ decoder: (RawSpan) throws(Malformation) -> Object
    ) throws -> Object {
        var object: Object?
        var replies = Replies(to: 1, at: 1000, ending: .object)
        try withSpan(WireFixture(fixture).bytes) { bytes in
            try replies.read(bytes) { payload throws(Malformation) in object = try decoder(payload) }
        }
        return try #require(object)
    }

    @Test("a bridge tells its options")
    func bridge() throws {
        let link = try decode("link-bridge.reply") { payload throws(Malformation) in try Link(decoding: payload) }
        #expect(link.name == "br0")
        #expect(link.kind == .bridge && link.portKind == nil && link.bridgePort == nil)
        #expect(link.macAddress == "0a:58:0a:59:00:01")
        #expect(link.isUp && link.hardwareType == 1 && link.mtu == 1400)
        #expect(link.bridge == BridgeOptions(vlanFiltering: false, multicastSnooping: false))
    }

    @Test("a veth tells its peer, its bridge and how the bridge treats it")
    func veth() throws {
        let link = try decode("link-veth.reply") { payload throws(Malformation) in try Link(decoding: payload) }
        #expect(link.name == "veth0" && link.kind == .veth && link.bridge == nil)
        #expect(link.mtu == 1400 && link.transmitQueueLength == 500 && link.alias == "web")
        #expect(link.flags.isSuperset(of: [.up, .promiscuous]))
        #expect(link.promiscuity == 2)
        #expect(link.master != nil && link.parent != nil && link.parentNamespaceID == 0)
        let port = try #require(link.bridgePort)
        #expect(port.hairpin == true && port.isolated == true && port.learning == true)
    }

    @Test(
        "an address tells its prefix, peer, broadcast address and flags",
        arguments: [
            ("address-ipv4.reply", "10.89.0.1/24", nil, "10.89.0.255", [.permanent]),
            ("address-peer.reply", "10.89.1.1/32", "10.89.1.2", nil, [.permanent]),
            ("address-ipv6.reply", "fd00::1/64", nil, nil, [.permanent, .noDuplicateDetection, .noPrefixRoute]),
        ] as [(String, IPPrefix, IPAddress?, IPAddress?, AddressFlags)])
    func address(
        fixture: String, prefix: IPPrefix, peer: IPAddress?, broadcast: IPAddress?, flags: AddressFlags
    ) throws {
        let decoded = try decode(fixture) { payload throws(Malformation) in try InterfaceAddress(decoding: payload) }
        let address = try #require(decoded)
        #expect(address.prefix == prefix)
        #expect(address.peer == peer)
        #expect(address.broadcast == broadcast)
        #expect(address.flags == flags)
        #expect(address.scope == .universe)
    }

    @Test("a default route tells its gateway, source, metrics and flags")
    func defaultRoute() throws {
        let route = try decode("route-default.reply") { payload throws(Malformation) in try Route(decoding: payload) }
        let expected = Route(
            to: "0.0.0.0/0", via: "10.89.0.2", interface: InterfaceIndex(rawValue: 2), source: "10.89.0.1",
            scope: .universe, metric: 100, mtu: 1400, advertisedMSS: 1360, isOnLink: true)
        #expect(route == expected)
    }

    @Test(
        "a multipath route tells all its ways",
        arguments: [
            ("route-multipath.reply", "192.0.2.0/24", 1000, ["10.89.0.3", "fe80::4"], [2, 1]),
            ("route-multipath-ipv6.reply", "2001:db8::/32", 254, ["fd00::2", "fd00::3"], [1, 1]),
        ] as [(String, IPPrefix, UInt32, [IPAddress], [Int])])
    func multipath(
        fixture: String, destination: IPPrefix, table: UInt32, gateways: [IPAddress], weights: [Int]
    ) throws {
        let decoded = try decode(fixture) { payload throws(Malformation) in try Route(decoding: payload) }
        let route = try #require(decoded)
        #expect(route.destination == destination)
        #expect(route.table == RouteTable(rawValue: table))
        #expect(route.nextHops.map(\.gateway) == gateways)
        #expect(route.nextHops.map(\.weight) == weights)
        #expect(route.gateway == nil && route.interface == nil)
    }

    @Test("a rule tells all it selects by")
    func rule() throws {
        let rule = try decode("rule.reply") { payload throws(Malformation) in try RoutingRule(decoding: payload) }
        let expected = RoutingRule(
            .ipv4, priority: 100, from: "10.89.0.0/24", to: "10.90.0.0/16", incomingInterface: "br0",
            outgoingInterface: "lo", mark: 0x2000, markMask: 0xff00, table: RouteTable(rawValue: 1000),
            suppressedPrefixLength: 0)
        #expect(rule == expected)
    }

    @Test("a neighbour tells its address and state")
    func neighbour() throws {
        let neighbor = try decode("neighbour.reply") { payload throws(Malformation) in try Neighbor(decoding: payload) }
        let interface = InterfaceIndex(rawValue: 2)
        #expect(neighbor == Neighbor("fd00::9", on: interface, at: "0a:58:0a:59:00:09"))
    }

    @Test("a qdisc tells its kind and place")
    func qdisc() throws {
        let discipline = try decode("qdisc.reply") { payload throws(Malformation) in
            try QueueingDiscipline(decoding: payload)
        }
        #expect(discipline.kind == "tbf" && discipline.handle == 0x10000)
        #expect(discipline.parent == QueueingDiscipline.rootParent)
    }

    @Test("the VLANs of a port are ranges with flags")
    func bridgeVLAN() throws {
        let membership = try decode("bridge-vlan.reply") { payload throws(Malformation) in
            try BridgeVLANMembership(decoding: payload)
        }
        #expect(membership.interface == InterfaceIndex(rawValue: 3))
        let expected = [
            BridgeVLAN(10, isPVID: true, isUntagged: true), BridgeVLAN(100...199), BridgeVLAN(300, isUntagged: true),
        ]
        #expect(membership.vlans == expected)
    }

    @Test("a tracked connection tells its first packet")
    func conntrack() throws {
        let connection = try decode("conntrack.reply") { payload throws(Malformation) in
            try Conntrack(decoding: payload)
        }
        #expect(connection.source == "::1" && connection.destination == "::1")
        #expect(connection.protocolNumber == 17)
        #expect(connection.sourcePort == 40000 && connection.destinationPort == 53)
    }

    @Test("a socket tells where it is bound")
    func socket() throws {
        let socket = try decode("socket.reply") { payload throws(Malformation) in try BoundSocket(decoding: payload) }
        #expect(socket.address == "::" && socket.port == Port(8080) && socket.userID == 0 && socket.inode != 0)
    }
}
