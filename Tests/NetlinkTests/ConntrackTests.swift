// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import TestSupport
import Testing

// Deleting one by one, which newer kernels never need, is tried on purpose.
@testable import Netlink

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct ConntrackTests {
    private let host: TestNamespace

    /// Makes connections to two ports of both families, each from a port of its own.
    init() throws {
        host = try TestNamespace()
        // Connections are tracked only while a rule asks about them.
        try host.run(
            "nft -f -",
            input: """
                add table inet t
                add chain inet t c { type filter hook output priority 0; }
                add rule inet t c ct state new accept
                """)
        try host.run(
            "bash",
            input: """
                for number in {1..150}; do
                    for target in 127.0.0.1/53 127.0.0.1/54 ::1/53 ::1/54; do echo >/dev/udp/$target; done
                done
                """)
    }

    /// Connections to each port, IPv4 and then IPv6.
    private func counts(_ socket: inout ConntrackSocket) throws -> [Int] {
        var counts: [Int] = []
        for number in [53, 54] {
            let port = try #require(Port(number))
            for family in IPFamily.allCases {
                counts.append(try socket.connections(.udp, originalDestinationPort: port, family).count)
            }
        }
        return counts
    }

    @Test(
        "the connections to one port are forgotten, and no others",
        arguments: [(nil, [0, 0, 1, 1]), (.ipv4, [0, 1, 1, 1]), (.ipv6, [1, 0, 1, 1])] as [(IPFamily?, [Int])])
    func flush(family: IPFamily?, remaining: [Int]) throws {
        var socket = try ConntrackSocket(in: host.namespace)
        let port = try #require(Port(53))
        let before = try counts(&socket)
        #expect(before.allSatisfy { $0 > 100 })
        let expected = zip(before, remaining).map { $0 * $1 }
        let one = try #require(try socket.connections(.udp, originalDestinationPort: port, .ipv6).first)
        #expect(one.destination == "::1" && one.destinationPort == 53 && one.protocolNumber == 17)
        try socket.flush(.udp, originalDestinationPort: port, family)
        #expect(try counts(&socket) == expected)
        try socket.flush(.udp, originalDestinationPort: port, family)
        try socket.flush(.tcp, originalDestinationPort: try #require(Port(54)))
        #expect(try counts(&socket) == expected)
    }

    @Test("kernels that cannot delete by filter are served one by one")
    func oneByOne() throws {
        var socket = try ConntrackSocket(in: host.namespace)
        let filter = ConntrackFilter(.udp, try #require(Port(53)), .ipv6)
        var expected = try counts(&socket)
        expected[1] = 0
        try socket.flushOneByOne(filter)
        #expect(try counts(&socket) == expected)
        try socket.flushOneByOne(filter)
    }
}
