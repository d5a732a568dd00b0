// SPDX-License-Identifier: Apache-2.0
import Netlink
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct BatchTests {
    private let host: TestNamespace
    private let bridge: InterfaceIndex

    init() throws {
        host = try TestNamespace()
        try host.ip("link add br0 type bridge")
        var socket = try RouteSocket(in: host.namespace)
        bridge = try socket.link(named: "br0").index
    }

    @Test("requests of a batch are performed in order")
    func order() throws {
        var socket = try RouteSocket(in: host.namespace)
        var batch = RouteBatch()
        batch.setLink(bridge, .up)
        batch.addAddress("10.89.0.2/24", to: bridge)
        batch.addAddress("fd00::2/64", to: bridge, .noDuplicateDetection)
        batch.addRoute(Route(to: "0.0.0.0/0", via: IPAddress("10.89.0.1")))
        batch.addRoute(Route(to: "::/0", via: IPAddress("fd00::1"), interface: bridge))
        try socket.execute(batch)
        #expect(try socket.routes().filter(\.isDefault).map(\.gateway) == ["10.89.0.1", "fd00::1"])
    }

    @Test("an empty batch is nothing")
    func empty() throws {
        var socket = try RouteSocket(in: host.namespace)
        try socket.execute(RouteBatch())
    }

    @Test("the error names the request that failed; those behind it are performed", arguments: 0..<3)
    func failure(at position: Int) throws {
        var socket = try RouteSocket(in: host.namespace)
        let prefixes: [IPPrefix] = ["10.0.0.1/24", "10.0.1.1/24", "fd00::1/64"]
        try socket.addAddress(prefixes[position], to: bridge)
        let error = try #require(throws: NetlinkError.self) {
            var batch = RouteBatch()
            for prefix in prefixes { batch.addAddress(prefix, to: bridge) }
            try socket.execute(batch)
        }
        #expect(error.isAlreadyExists)
        #expect(error.operation == "address add \(prefixes[position]) dev index \(bridge)")
        #expect(Set(try socket.addresses(of: bridge).map(\.prefix)).isSuperset(of: prefixes))
        // What is left in the socket does not confuse the next request.
        #expect(try socket.link(bridge).name == "br0")
    }

    @Test("every failure is told, in order")
    func allFailures() throws {
        var socket = try RouteSocket(in: host.namespace)
        var batch = RouteBatch()
        batch.deleteLink(named: "nowhere")
        batch.setLink(bridge, .up)
        batch.deleteAddress("10.0.0.1/24", from: bridge)
        batch.addAddress("10.0.0.1/24", to: bridge)
        let failures = try socket.perform(batch)
        #expect(failures.map(\.index) == [0, 2])
        #expect(failures.allSatisfy { $0.error.isNotFound })
        #expect(failures.first?.error.operation == "link delete nowhere")
    }

    @Test("a thousand requests share one send")
    func large() throws {
        var socket = try RouteSocket(in: host.namespace)
        var batch = RouteBatch()
        for number in 0..<4000 {
            let prefix = try #require(IPPrefix("10.1.\(number / 250).\(number % 250 + 1)/32"))
            batch.addAddress(prefix, to: bridge)
        }
        try socket.execute(batch)
        #expect(try socket.addresses(of: bridge, .ipv4).count == 4000)
    }

    @Test("of more failures than the receive queue holds the first is told, and the socket lives on")
    func tooManyFailures() throws {
        var socket = try RouteSocket(in: host.namespace)
        let error = try #require(throws: NetlinkError.self) { try socket.execute(hopeless()) }
        #expect(error.isNotFound && error.operation == "link delete nowhere0")
        #expect(try socket.link(bridge).name == "br0")
        let unknown = try #require(throws: NetlinkError.self) { try socket.perform(hopeless()) }
        #expect(unknown.cause == .transport(.noBufferSpace))
        #expect(try socket.links().count == 2)
    }

    private func hopeless() -> RouteBatch {
        var batch = RouteBatch()
        for number in 0..<4000 {
            guard let name = InterfaceName("nowhere\(number)") else { continue }
            batch.deleteLink(named: name)
        }
        return batch
    }
}
