// SPDX-License-Identifier: Apache-2.0
import Glibc
import Netlink
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct RouteTests {
    private let host: TestNamespace
    private let bridge: InterfaceIndex

    init() throws {
        host = try TestNamespace()
        try host.ip(
            """
            link add br0 up type bridge
            link add veth0 master br0 up type veth peer name x
            link set x up
            address add 10.89.0.1/24 dev br0
            address add fd00::1/64 dev br0 nodad
            """)
        var socket = try RouteSocket(in: host.namespace)
        bridge = try socket.link(named: "br0").index
        // The kernel makes the local route of an IPv6 address a moment after the address, in a work queue.
        var attempts = 0
        while try !socket.routes(in: .local, .ipv6).contains(where: { $0.destination == "fd00::1/128" }), attempts < 500
        {
            attempts += 1
            usleep(2000)
        }
    }

    /// The same story in both families.
    struct Story: Sendable {
        let everything: IPPrefix
        let subnet: IPPrefix
        let gateway: IPAddress
        let other: IPAddress
        let source: IPAddress
        let far: IPAddress
        let command: String

        static let all = [
            Story(
                everything: "0.0.0.0/0", subnet: "192.0.2.0/24", gateway: "10.89.0.2", other: "10.89.0.3",
                source: "10.89.0.1", far: "192.0.2.9", command: "ip -4"),
            Story(
                everything: "::/0", subnet: "2001:db8::/32", gateway: "fd00::2", other: "fd00::3", source: "fd00::1",
                far: "2001:db8::9", command: "ip -6"),
        ]
    }

    @Test("a route with everything is added, shown, refused twice, deleted and gone", arguments: Story.all)
    func life(story: Story) throws {
        var socket = try RouteSocket(in: host.namespace)
        let route = Route(
            to: story.subnet, via: story.gateway, interface: bridge, source: story.source, metric: 77, mtu: 1400,
            advertisedMSS: 1340)
        try socket.addRoute(route)
        let found = try #require(try socket.routes().first { $0.destination == story.subnet })
        #expect(found.gateway == story.gateway && found.interface == bridge && found.source == story.source)
        #expect(found.metric == 77 && found.mtu == 1400 && found.advertisedMSS == 1340 && found.origin == .boot)
        let text = try host.run("\(story.command) route show")
        #expect(text.contains("\(story.subnet) via \(story.gateway) dev br0"))
        #expect(text.contains("metric 77") && text.contains("mtu 1400") && text.contains("advmss 1340"))
        let error = try #require(throws: NetlinkError.self) { try socket.addRoute(route) }
        #expect(error.isAlreadyExists)
        try socket.deleteRoute(Route(to: story.subnet))
        let gone = try #require(throws: NetlinkError.self) { try socket.deleteRoute(Route(to: story.subnet)) }
        #expect(gone.isNotFound && gone.description.hasPrefix("route delete \(story.subnet): No such process"))
    }

    @Test("the kernel says which way a packet would go", arguments: Story.all)
    func lookUp(story: Story) throws {
        var socket = try RouteSocket(in: host.namespace)
        let unreachable = try #require(throws: NetlinkError.self) { try socket.route(to: story.far) }
        #expect(unreachable.errno == .networkUnreachable)
        try socket.addRoute(Route(to: story.everything, via: story.gateway))
        let way = try socket.route(to: story.far)
        #expect(way.gateway == story.gateway && way.interface == bridge && way.source == story.source)
        #expect(try socket.route(to: story.far, from: story.source).gateway == story.gateway)
        #expect(try socket.route(to: story.source).type == .local)
    }

    @Test("replacing takes the place of the old route", arguments: Story.all)
    func replace(story: Story) throws {
        var socket = try RouteSocket(in: host.namespace)
        try socket.replaceRoute(Route(to: story.everything, via: story.gateway))
        try socket.replaceRoute(Route(to: story.everything, via: story.other))
        #expect(try socket.routes().filter(\.isDefault).map(\.gateway) == [story.other])
    }

    @Test("appending puts a second gateway beside the first", arguments: Story.all)
    func append(story: Story) throws {
        var socket = try RouteSocket(in: host.namespace)
        try socket.appendRoute(Route(to: story.subnet, via: story.gateway))
        try socket.appendRoute(Route(to: story.subnet, via: story.other))
        let routes = try socket.routes().filter { $0.destination == story.subnet }
        let gateways = routes.flatMap { route in route.nextHops.map(\.gateway) + [route.gateway] }.compactMap { $0 }
        #expect(Set(gateways) == [story.gateway, story.other])
        let error = try #require(throws: NetlinkError.self) {
            try socket.appendRoute(Route(to: story.subnet, via: story.other))
        }
        #expect(error.isAlreadyExists)
    }

    @Test("a gateway off the link needs onlink, and the kernel says why", arguments: Story.all)
    func onLink(story: Story) throws {
        var socket = try RouteSocket(in: host.namespace)
        let gateway: IPAddress = story.everything.family == .ipv4 ? "198.51.100.1" : "2001:db8:9::1"
        var route = Route(to: story.everything, via: gateway, interface: bridge)
        let error = try #require(throws: NetlinkError.self) { try socket.addRoute(route) }
        #expect(error.errno == .networkUnreachable || error.errno == .noRouteToHost)
        route.isOnLink = true
        try socket.addRoute(route)
        let found = try #require(try socket.routes().first { $0.isDefault })
        #expect(found.gateway == gateway && found.isOnLink)
    }

    @Test("tables and interfaces filter in the kernel; an empty table is no error", arguments: Story.all)
    func list(story: Story) throws {
        var socket = try RouteSocket(in: host.namespace)
        let family = story.everything.family
        let table = RouteTable(rawValue: 1000)
        #expect(try socket.routes(in: table, family).isEmpty)
        #expect(try socket.routes(in: table).isEmpty)
        try socket.addRoute(Route(to: story.subnet, via: story.gateway, table: table))
        #expect(try socket.routes(in: table).map(\.destination) == [story.subnet])
        #expect(try socket.routes(in: table, interface: bridge, family).count == 1)
        let loopback = try socket.link(named: "lo").index
        #expect(try socket.routes(in: table, interface: loopback, family).isEmpty)
        #expect(try socket.routes(family).allSatisfy { $0.table == .main && $0.destination.family == family })
        let local = try socket.routes(in: .local, family)
        #expect(local.contains { $0.type == .local && $0.destination == IPPrefix(host: story.source) })
        #expect(try socket.routes(in: nil, family).count > local.count)
    }

    @Test("the route that lets published ports of [::1] answer")
    func localRoute() throws {
        var socket = try RouteSocket(in: host.namespace)
        let route = Route(to: "::1/128", interface: bridge, type: .local, table: .local, metric: 4096)
        try socket.addRoute(route)
        #expect(try host.run("ip -6 route show table local dev br0").contains("local ::1 metric 4096"))
        try socket.deleteRoute(route)
        let left = try socket.routes(in: .local, .ipv6).filter { $0.destination == "::1/128" }
        #expect(left.map(\.metric) == [0])
    }

    @Test("an IPv4 route may go by an IPv6 neighbour")
    func foreignGateway() throws {
        var socket = try RouteSocket(in: host.namespace)
        try socket.addRoute(Route(to: "192.0.2.0/24", via: IPAddress("fd00::2"), interface: bridge))
        #expect(try socket.routes(.ipv4).contains { $0.gateway == "fd00::2" })
        #expect(try host.run("ip route show").contains("192.0.2.0/24 via inet6 fd00::2 dev br0"))
    }

    @Test("types without a gateway", arguments: [RouteType.blackhole, .unreachable, .prohibit])
    func types(type: RouteType) throws {
        var socket = try RouteSocket(in: host.namespace)
        for story in Story.all {
            try socket.addRoute(Route(to: story.subnet, type: type))
            #expect(try socket.routes(story.subnet.family).contains { $0.type == type })
            #expect(try host.run("\(story.command) route show").contains("\(type) \(story.subnet)"))
        }
    }
}
