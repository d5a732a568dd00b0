// SPDX-License-Identifier: Apache-2.0
import Netlink
import NetworkTypes
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct SocketDiagnosticsTests {
    private let host: TestNamespace

    init() throws { host = try TestNamespace() }

    struct Story: Sendable {
        let transport: L4Protocol
        let bound: IPAddress
        let reached: [IPAddress]
        let missed: [IPAddress]
    }

    static let stories: [Story] = [.tcp, .udp].flatMap { transport in
        [
            Story(transport: transport, bound: "127.0.0.1", reached: ["127.0.0.1"], missed: ["127.0.0.2", "::1"]),
            Story(transport: transport, bound: "0.0.0.0", reached: ["127.0.0.1", "127.0.0.2"], missed: ["::1"]),
            Story(transport: transport, bound: "::1", reached: ["::1"], missed: ["127.0.0.1"]),
            // Not limited to IPv6, so it hears IPv4 too.
            Story(transport: transport, bound: "::", reached: ["::1", "127.0.0.1"], missed: []),
        ]
    }

    @Test("a listener is found where a packet would find it, with its inode", arguments: stories)
    func listener(story: Story) throws {
        let port = try #require(Port(8080))
        let listener = try TestListener(in: host, story.transport, story.bound, port: port)
        var diagnostics = try SocketDiagnostics(in: host.namespace)
        for address in story.reached {
            let sockets = try diagnostics.sockets(at: port, story.transport, address: address)
            #expect(sockets.map(\.inode) == [listener.inode])
            #expect(sockets.first?.address == story.bound && sockets.first?.port == port)
        }
        for address in story.missed {
            #expect(try diagnostics.sockets(at: port, story.transport, address: address).isEmpty)
        }
        let anywhere = try diagnostics.sockets(at: port, story.transport)
        #expect(anywhere.map(\.inode) == [listener.inode])
        #expect(try diagnostics.sockets(at: port, story.transport, address: "0.0.0.0") == anywhere)
        let other: L4Protocol = story.transport == .tcp ? .udp : .tcp
        #expect(try diagnostics.sockets(at: port, other).isEmpty)
        let free = try #require(Port(8081))
        #expect(try diagnostics.sockets(at: free, story.transport).isEmpty)
    }

    @Test("a protocol that the kernel cannot look into has no listeners")
    func unknownProtocol() throws {
        var diagnostics = try SocketDiagnostics(in: host.namespace)
        let port = try #require(Port(80))
        #expect(try diagnostics.sockets(at: port, .sctp).isEmpty)
        #expect(try diagnostics.sockets(at: port, .sctp, address: "127.0.0.1").isEmpty)
    }
}
