// SPDX-License-Identifier: Apache-2.0
import CNetlink
import LinuxSystem
import NetworkTypes
import TestSupport
import Testing

// The port of a route socket is nobody else's business.
@testable import Netlink

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

    @Test("what other processes send is no reply, however well it is forged")
    func forgery() throws {
        let host = try TestNamespace()
        try host.ip("link add br0 type bridge")
        var socket = try RouteSocket(in: host.namespace)
        let portID = socket.netlink.portID
        for sequence: UInt32 in 1...3 {
            let header = nlmsghdr(
                nlmsg_len: 36, nlmsg_type: UInt16(NLMSG_ERROR), nlmsg_flags: 0, nlmsg_seq: sequence, nlmsg_pid: portID)
            let refusal = wireBytes(of: header) + wireBytes(of: nlmsgerr(error: -1, msg: nlmsghdr()))
            try host.inside { try sendForgedNetlinkMessage(refusal, to: portID) }
        }
        #expect(try socket.link(named: "br0").kind == .bridge)
        #expect(try socket.links().count == 2)
        try socket.setLink(named: "br0", .up)
    }

    /// The sockets that a child finds open: what this process itself inherited, and no more.
    private func inheritedSockets(_ host: TestNamespace) throws -> Set<Substring> {
        let lines = try host.run("ls -l /proc/self/fd").split(separator: "\n")
        return Set(lines.compactMap { $0.split(separator: " ").last }.filter { $0.hasPrefix("socket:") })
    }
}
