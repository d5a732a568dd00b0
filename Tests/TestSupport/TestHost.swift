// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// A host that routes, and a neighbour on its LAN, each in a namespace of its own.
///
/// The host is `192.0.2.1` and `2001:db8::1` on `uplink`, the neighbour `.2` and `::2`.
package struct TestHost {
    package let host: TestNamespace
    package let neighbour: TestNamespace

    package init() throws {
        host = try TestNamespace()
        neighbour = try TestNamespace()
        // Whoever forwards looks for neighbours from the link-local address, for 2 s in vain while that is tentative.
        for namespace in [host, neighbour] { try namespace.run("sysctl -q net.ipv6.conf.default.accept_dad=0") }
        // Ends of a veth pair that have the same number get their carrier late (linkwatch_urgent_event()).
        try host.ip(
            """
            link add uplink index 10 type veth peer name uplink netns \(neighbour.path)
            address add 192.0.2.1/24 dev uplink
            address add 2001:db8::1/64 dev uplink nodad
            link set uplink up
            """)
        try neighbour.ip(
            """
            address add 192.0.2.2/24 dev uplink
            address add 2001:db8::2/64 dev uplink nodad
            link set uplink up
            """)
        try host.run("sysctl -q net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
        for namespace in [host, neighbour] { try namespace.waitForCarrier(of: "uplink") }
    }

    package static let addresses = [IPAddress("192.0.2.1"), IPAddress("2001:db8::1")].compactMap(\.self)
    package static let neighbourAddresses = [IPAddress("192.0.2.2"), IPAddress("2001:db8::2")].compactMap(\.self)

    /// Makes a bridge that has `gateways` as its own addresses.
    package func addBridge(_ bridge: InterfaceName, gateways: [IPPrefix]) throws {
        try host.ip("link add \(bridge) type bridge\nlink set \(bridge) up\n" + Self.addressing(bridge.text, gateways))
    }

    /// Makes a namespace whose `eth0` is a port of `bridge`, with default routes through `gateways`.
    package func addContainer(
        on bridge: InterfaceName, port: String, addresses: [IPPrefix], gateways: [IPPrefix]
    ) throws -> TestNamespace {
        let container = try TestNamespace()
        try host.ip(
            """
            link add \(port) master \(bridge) type veth peer name eth0 netns \(container.path)
            link set \(port) up
            """)
        let routes = gateways.map { "route add default via \($0.address)\n" }.joined()
        try container.ip("link set eth0 up\n" + Self.addressing("eth0", addresses) + routes)
        try container.waitForCarrier(of: "eth0")
        return container
    }

    private static func addressing(_ interface: String, _ addresses: [IPPrefix]) -> String {
        addresses.map { "address add \($0) dev \(interface)\($0.family == .ipv6 ? " nodad" : "")\n" }.joined()
    }
}
