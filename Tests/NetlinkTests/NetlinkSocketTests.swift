// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import Netlink
import NetworkTypes
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct NetlinkSocketTests {
    @Test("a socket stays in the namespace it was opened in")
    func namespace() throws {
        let first = try TestNamespace()
        let second = try TestNamespace()
        try first.ip("link add only1 type bridge")
        try second.ip("link add only2 type bridge")
        var inFirst = try RouteSocket(in: first.namespace)
        var inSecond = try RouteSocket(in: second.namespace)
        #expect(try inFirst.links().map(\.name) == ["lo", "only1"])
        #expect(try inSecond.links().map(\.name) == ["lo", "only2"])
        #expect(try second.inside { try inFirst.links().map(\.name) } == ["lo", "only1"])
        var here = try second.inside { try RouteSocket() }
        #expect(try here.links().map(\.name) == ["lo", "only2"])
    }

    @Test("the thread is where it was after opening a socket elsewhere")
    func threadReturns() throws {
        let other = try TestNamespace()
        let before = try NetworkNamespace.current().identity()
        _ = try RouteSocket(in: other.namespace)
        #expect(try NetworkNamespace.current().identity() == before)
        #expect(try other.namespace.identity() != before)
    }

    @Test("sockets of one process have ports of their own")
    func ports() throws {
        let host = try TestNamespace()
        let sockets = try (
            NetlinkSocket(.route, in: host.namespace).portID, NetlinkSocket(.netfilter, in: host.namespace).portID
        )
        let together = try NetlinkSocket(.route, in: host.namespace)
        let beside = try NetlinkSocket(.route, in: host.namespace)
        #expect(together.portID != beside.portID && sockets.0 != 0 && sockets.1 != 0)
    }

    @Test("no descriptor reaches a child")
    func closeOnExec() throws {
        let host = try TestNamespace()
        let before = try inheritedSockets(host)
        let socket = try NetlinkSocket(.route, in: host.namespace)
        #expect(try inheritedSockets(host) == before)
        #expect(socket.portID != 0)
    }

    /// The sockets that a child finds open: what this process itself inherited, and no more.
    private func inheritedSockets(_ host: TestNamespace) throws -> Set<Substring> {
        let lines = try host.run("ls -l /proc/self/fd").split(separator: "\n")
        return Set(lines.compactMap { $0.split(separator: " ").last }.filter { $0.hasPrefix("socket:") })
    }
}
