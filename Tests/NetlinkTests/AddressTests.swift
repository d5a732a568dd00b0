// SPDX-License-Identifier: Apache-2.0
import Netlink
import NetworkTypes
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct AddressTests {
    private let host: TestNamespace

    init() throws {
        host = try TestNamespace()
        try host.ip("link add br0 up type bridge")
    }

    private static let prefixes: [IPPrefix] = [
        "10.89.0.1/24", "10.89.0.1/32", "10.89.0.0/31", "fd00::1/64", "fd00::1/128",
    ]

    @Test("an address is added, shown, refused twice, replaced, deleted and gone", arguments: prefixes)
    func life(prefix: IPPrefix) throws {
        var socket = try RouteSocket(in: host.namespace)
        let index = try socket.link(named: "br0").index
        try socket.addAddress(prefix, to: index, .noDuplicateDetection)
        let address = try #require(try socket.addresses(of: index).first { $0.prefix == prefix })
        #expect(address.interface == index && address.flags.contains(.permanent) && !address.flags.contains(.tentative))
        #expect(address.flags.contains(.noDuplicateDetection) == (prefix.family == .ipv6))
        #expect(address.broadcast == (prefix.family == .ipv4 && prefix.length < 31 ? prefix.last : nil))
        let text = try host.run("ip -j address show dev br0")
        #expect(text.contains(#""local":"\#(prefix.address)","prefixlen":\#(prefix.length)"#))
        let error = try #require(throws: NetlinkError.self) { try socket.addAddress(prefix, to: index) }
        #expect(error.isAlreadyExists && error.description.hasPrefix("address add \(prefix) dev index \(index): "))
        try socket.replaceAddress(prefix, on: index, .noDuplicateDetection)
        try socket.deleteAddress(prefix, from: index)
        #expect(try socket.addresses(of: index).allSatisfy { $0.prefix != prefix })
        let gone = try #require(throws: NetlinkError.self) { try socket.deleteAddress(prefix, from: index) }
        #expect(gone.isNotFound)
    }

    @Test("without prefix route, none is made", arguments: ["10.89.0.1/24", "fd00::1/64"] as [IPPrefix])
    func noPrefixRoute(prefix: IPPrefix) throws {
        var socket = try RouteSocket(in: host.namespace)
        let index = try socket.link(named: "br0").index
        try socket.addAddress(prefix, to: index, .noPrefixRoute)
        #expect(try socket.routes(interface: index).allSatisfy { $0.destination != prefix.network })
    }

    @Test("the scope is what was asked for")
    func scope() throws {
        var socket = try RouteSocket(in: host.namespace)
        let index = try socket.link(named: "br0").index
        try socket.addAddress("10.0.0.1/24", to: index, scope: .link)
        #expect(try socket.addresses(of: index, .ipv4).map(\.scope) == [.link])
        #expect(try host.run("ip -j address show dev br0").contains(#""scope":"link""#))
    }

    @Test("addresses are listed by interface and family")
    func list() throws {
        try host.ip("address add 10.0.0.1/24 dev br0\naddress add fd00::1/64 dev br0 nodad")
        var socket = try RouteSocket(in: host.namespace)
        let index = try socket.link(named: "br0").index
        #expect(try socket.addresses(of: index, .ipv4).map(\.prefix) == ["10.0.0.1/24"])
        #expect(try socket.addresses(of: index, .ipv6).map(\.prefix).contains("fd00::1/64"))
        #expect(try socket.addresses().map(\.prefix).contains("127.0.0.1/8"))
    }

    @Test("an interface that is not there is told")
    func missingInterface() throws {
        var socket = try RouteSocket(in: host.namespace)
        for prefix: IPPrefix in ["10.0.0.1/24", "fd00::1/64"] {
            let error = try #require(throws: NetlinkError.self) {
                try socket.addAddress(prefix, to: InterfaceIndex(rawValue: 4242))
            }
            #expect(error.isNotFound)
        }
    }
}
