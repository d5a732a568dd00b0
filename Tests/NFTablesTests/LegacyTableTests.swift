// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import NFTables
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// Rules of iptables as it was before nftables.
@Suite(
    .networkNamespace,
    .enabled(
        if: Privileges.canUnshareNetwork && File.exists("/proc/net/ip_tables_names"),
        "needs root and a kernel with ip_tables"))
struct LegacyTableTests {
    private static func packet(_ family: IPFamily) throws -> Packet {
        let addresses = try (family == .ipv4 ? ["10.89.0.2", "203.0.113.1"] : ["fd00::2", "3fff::1"]).map {
            try #require(IPAddress($0))
        }
        let bridge = Packet.Interface(try #require(InterfaceName("br0")), InterfaceIndex(rawValue: 7))
        let uplink = Packet.Interface(try #require(InterfaceName("eth0")), InterfaceIndex(rawValue: 2))
        return Packet(
            from: addresses[0], to: addresses[1], .tcp, try #require(Port(443)), input: bridge, output: uplink)
    }

    private static func table(_ family: IPFamily) throws -> LegacyTable {
        let content = try LegacyTableReader.read("filter", isIPv6: family == .ipv6)
        return try #require(LegacyTable("filter", family, hooks: content.hooks, entries: content.entries))
    }

    private static func drop(_ family: IPFamily) throws -> ChainWalk.Drop? {
        let table = try table(family)
        let forward = try #require(table.chains.first { $0.chain == "FORWARD" })
        return ChainWalk(try packet(family), through: forward, of: table.content).certainDrop
    }

    @Test(
        "what becomes of a packet", arguments: IPFamily.allCases,
        [
            (["-S"], false), (["-P FORWARD DROP"], true), (["-P INPUT DROP"], false), (["-A FORWARD -j REJECT"], true),
            (["-P FORWARD DROP", "-A FORWARD -i br0 -j ACCEPT"], false),
            (["-P FORWARD DROP", "-A FORWARD -i br+ -o eth+ -j ACCEPT"], false),
            (["-P FORWARD DROP", "-A FORWARD -i br1 -j ACCEPT"], true),
            (["-P FORWARD DROP", "-A FORWARD ! -i br0 -j ACCEPT"], true),
            (["-P FORWARD DROP", "-A FORWARD -p udp -j ACCEPT"], true),
            (["-P FORWARD DROP", "-A FORWARD ! -p udp -j ACCEPT"], false),
            (["-P FORWARD DROP", "-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT"], false),
            (["-P FORWARD DROP", "-A FORWARD -p tcp -m tcp --dport 80 -j ACCEPT"], true),
            (["-P FORWARD DROP", "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"], true),
            (["-P FORWARD DROP", "-A FORWARD -m conntrack --ctstate NEW -j ACCEPT"], false),
            (["-N own", "-A own -o eth0 -j RETURN", "-A own -j DROP", "-A FORWARD -j own"], false),
            (["-N own", "-A own -o eth1 -j RETURN", "-A own -j DROP", "-A FORWARD -j own"], true),
            (["-N own", "-A own -j ACCEPT", "-A FORWARD -g own", "-A FORWARD -j DROP"], false),
        ] as [([String], Bool)])
    func walk(family: IPFamily, rules: ([String], Bool)) async throws {
        for command in rules.0 {
            try Command.run("\(family == .ipv4 ? "iptables" : "ip6tables")-legacy \(command)")
        }
        #expect(try (Self.drop(family) != nil) == rules.1)
    }

    @Test("addresses, of either family") func addresses() async throws {
        try Command.run("iptables-legacy -A FORWARD -s 10.89.0.0/16 -d 203.0.113.0/24 -j DROP")
        try Command.run("ip6tables-legacy -A FORWARD -s fd00::/8 ! -d 3fff::/20 -j DROP")
        #expect(try Self.drop(.ipv4)?.chain == "FORWARD")
        #expect(try Self.drop(.ipv6) == nil)
        try Command.run("ip6tables-legacy -A FORWARD -s fd00::2 -j DROP")
        #expect(try Self.drop(.ipv6) != nil)
    }

    @Test("half a table is none") func torn() async throws {
        try Command.run("iptables-legacy -A FORWARD -j DROP")
        let content = try LegacyTableReader.read("filter", isIPv6: false)
        for count in 0..<content.entries.count {
            let entries = Array(content.entries.prefix(count))
            #expect(count % 8 == 0 || LegacyTable("filter", .ipv4, hooks: content.hooks, entries: entries) == nil)
        }
        #expect(LegacyTable("filter", .ipv4, hooks: [], entries: content.entries) == nil)
    }
}
