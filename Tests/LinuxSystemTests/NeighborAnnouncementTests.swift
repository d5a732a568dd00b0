// SPDX-License-Identifier: Apache-2.0
import Glibc
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

struct NeighborAnnouncementTests {
    private let macAddress = MACAddress(rawValue: 0x0a58_0000_0002)

    @Test("a gratuitous ARP is a broadcast request for the sender's own address")
    func arp() throws {
        let address = try #require(IPAddress("10.89.0.2"))
        let expected: [UInt8] =
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0a, 0x58, 0, 0, 0, 2, 0x08, 0x06]  // to all, ARP
            + [0, 1, 0x08, 0, 6, 4, 0, 1]  // Ethernet, IPv4, lengths, request
            + [0x0a, 0x58, 0, 0, 0, 2, 10, 89, 0, 2]  // sender
            + [0, 0, 0, 0, 0, 0, 10, 89, 0, 2]  // target
        #expect(NeighborAnnouncement.frame(for: address, at: macAddress) == expected)
    }

    @Test("an unsolicited advertisement goes to all nodes and overrides")
    func advertisement() throws {
        let address = try #require(IPAddress("fd00::2"))
        let frame = NeighborAnnouncement.frame(for: address, at: macAddress)
        #expect(frame.count == 14 + 40 + 32)
        #expect(frame[..<14] == [0x33, 0x33, 0, 0, 0, 1, 0x0a, 0x58, 0, 0, 0, 2, 0x86, 0xdd])
        #expect(frame[14..<22] == [0x60, 0, 0, 0, 0, 32, 58, 255])
        #expect(Array(frame[22..<38]) == address.bytes)
        #expect(frame[54] == 136 && frame[58] == 0x20)
        #expect(Array(frame[62..<78]) == address.bytes)
        #expect(frame[78...] == [2, 1, 0x0a, 0x58, 0, 0, 0, 2])
    }

    @Test(
        "a neighbour that knew another MAC address learns the new one",
        .enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"),
        arguments: ["10.89.0.2", "fd00::2"])
    func delivery(text: String) throws {
        let address = try #require(IPAddress(text))
        let host = try TestNamespace()
        let sandbox = try TestNamespace()
        try host.ip(
            """
            link add veth0 type veth peer name eth0 address \(macAddress) netns \(sandbox.path)
            link set veth0 up
            address add 10.89.0.1/24 dev veth0
            address add fd00::1/64 dev veth0 nodad
            """)
        try sandbox.ip("link set eth0 up")
        let index = try #require(Int32(try sandbox.run("ip -o link show eth0").prefix { $0 != ":" }))
        try host.ip("neighbour add \(address) lladdr 02:00:00:00:00:99 dev veth0 nud stale")
        var shown = ""
        // The link needs a moment to be ready for frames.
        for _ in 0..<200 where !shown.contains("\(macAddress)") {
            try NeighborAnnouncement.send(
                [address], at: macAddress, by: InterfaceIndex(rawValue: index), in: sandbox.namespace)
            usleep(5000)
            shown = try host.run("ip neighbour show \(address)")
        }
        #expect(shown.contains("\(macAddress)"))
    }

    @Test(
        "an interface that is down or not there is told",
        .enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
    func noInterface() throws {
        let host = try TestNamespace()
        try host.ip("link add veth0 type veth peer name x")
        let address = try #require(IPAddress("10.89.0.2"))
        for index: Int32 in [2, 4242] {
            let error = try #require(throws: SystemError.self) {
                try NeighborAnnouncement.send(
                    [address], at: macAddress, by: InterfaceIndex(rawValue: index), in: host.namespace)
            }
            #expect(error.operation == "announce 10.89.0.2 at 0a:58:00:00:00:02")
        }
    }
}
