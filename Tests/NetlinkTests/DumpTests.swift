// SPDX-License-Identifier: Apache-2.0
import Netlink
import NetworkTypes
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct DumpTests {
    private let host: TestNamespace
    private let bridge: InterfaceIndex

    init() throws {
        host = try TestNamespace()
        try host.ip("link add br0 type bridge")
        var socket = try RouteSocket(in: host.namespace)
        bridge = try socket.link(named: "br0").index
    }

    /// Distinct addresses of one family.
    private func prefixes(_ count: Int, _ family: IPFamily) throws -> [IPPrefix] {
        let first: IPAddress = family == .ipv4 ? "10.1.0.1" : "fd00:1::1"
        return try (0..<count).map { IPPrefix(host: try #require(first.advanced(by: UInt128($0)))) }
    }

    private func add(_ prefixes: [IPPrefix]) throws {
        var socket = try RouteSocket(in: host.namespace)
        var batch = RouteBatch()
        for prefix in prefixes { batch.addAddress(prefix, to: bridge, .noDuplicateDetection) }
        try socket.execute(batch)
    }

    @Test("thousands of addresses are read whole", arguments: IPFamily.allCases)
    func large(family: IPFamily) throws {
        let expected = try prefixes(5000, family)
        try add(expected)
        var socket = try RouteSocket(in: host.namespace)
        let found = try socket.addresses(of: bridge, family).map(\.prefix)
        #expect(found.count == 5000 && Set(found) == Set(expected))
    }

    @Test("a dump of a table that keeps changing is whole, or an error", arguments: IPFamily.allCases)
    func changing(family: IPFamily) async throws {
        let stable = try prefixes(2000, family)
        try add(stable)
        let moving = IPPrefix(host: family == .ipv4 ? "10.9.9.9" : "fd00:9::9")
        let host = host
        let bridge = bridge
        async let changes: Void = {
            var socket = try RouteSocket(in: host.namespace)
            for _ in 0..<200 {
                try socket.addAddress(moving, to: bridge, .noDuplicateDetection)
                try socket.deleteAddress(moving, from: bridge)
            }
        }()
        var socket = try RouteSocket(in: host.namespace)
        var whole = 0
        for _ in 0..<8 {
            do throws(NetlinkError) {
                let found = try socket.addresses(of: bridge, family).map(\.prefix).filter { $0 != moving }
                if found.count == stable.count, Set(found) == Set(stable) { whole += 1 }
            } catch {
                guard case .dumpInterrupted = error.cause else { throw error }
                whole += 1
            }
        }
        try await changes
        #expect(whole == 8)
    }

    @Test("a filter that the kernel refuses is told in its words")
    func refused() throws {
        var socket = try RouteSocket(in: host.namespace)
        let error = try #require(throws: NetlinkError.self) {
            try socket.addresses(of: InterfaceIndex(rawValue: 4242))
        }
        #expect(error.isNotFound && error.operation == "address show")
    }
}
