// SPDX-License-Identifier: Apache-2.0
import Netlink
import NetworkTypes
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct NeighborTests {
    private let host: TestNamespace

    init() throws {
        host = try TestNamespace()
        try host.ip("link add br0 up type bridge\nlink add br1 up type bridge")
    }

    @Test(
        "a neighbour is added, shown, refused twice, replaced, deleted and gone",
        arguments: ["10.89.0.2", "fd00::2"] as [IPAddress])
    func life(address: IPAddress) throws {
        var socket = try RouteSocket(in: host.namespace)
        let bridge = try socket.link(named: "br0").index
        let other = try socket.link(named: "br1").index
        let neighbor = Neighbor(address, on: bridge, at: "0a:58:00:00:00:02")
        try socket.addNeighbor(neighbor)
        try socket.addNeighbor(Neighbor(address, on: other, at: "0a:58:00:00:00:03"))
        #expect(try socket.neighbors(on: bridge, address.family).contains(neighbor))
        #expect(try socket.neighbors(on: bridge).allSatisfy { $0.interface == bridge })
        let text = try host.run("ip -j neighbour show dev br0")
        #expect(text.contains(#""dst":"\#(address)","lladdr":"0a:58:00:00:00:02","state":["PERMANENT"]"#))
        let error = try #require(throws: NetlinkError.self) { try socket.addNeighbor(neighbor) }
        #expect(error.isAlreadyExists)
        let moved = Neighbor(address, on: bridge, at: "0a:58:00:00:00:09")
        try socket.replaceNeighbor(moved)
        #expect(try socket.neighbors(on: bridge).contains(moved))
        try socket.deleteNeighbor(address, on: bridge)
        #expect(try !socket.neighbors(on: bridge).contains { $0.address == address && $0.state == .permanent })
        #expect(try socket.neighbors(on: other).contains { $0.address == address })
        let missing = try #require(throws: NetlinkError.self) {
            try socket.deleteNeighbor(address.family == .ipv4 ? "10.89.0.77" : "fd00::77", on: bridge)
        }
        #expect(missing.isNotFound)
    }
}
