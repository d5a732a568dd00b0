// SPDX-License-Identifier: Apache-2.0
import NFTables
import NetworkTypes
import TestSupport
import Testing

/// What becomes of a packet in chains that other programs made, as nft(8) and iptables(8) load them.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct ChainWalkTests {
    private enum Outcome { case passes, drops, depends }

    private static func packet(_ family: IPFamily = .ipv4, isTranslated: Bool = false) throws -> Packet {
        let addresses = try (family == .ipv4 ? ["10.89.0.2", "203.0.113.1"] : ["fd00::2", "3fff::1"]).map {
            try #require(IPAddress($0))
        }
        let bridge = Packet.Interface(try #require(InterfaceName("br0")), InterfaceIndex(rawValue: 7))
        let uplink = Packet.Interface(try #require(InterfaceName("eth0")), InterfaceIndex(rawValue: 2))
        var packet = Packet(
            from: addresses[0], to: addresses[1], .tcp, try #require(Port(443)), input: bridge, output: uplink)
        packet.isTranslated = isTranslated
        return packet
    }

    private static func walk(_ packet: Packet) throws -> Outcome {
        var socket = try NFTablesSocket()
        let base = try #require(try socket.baseChains().first { $0.base.hook == .forward })
        let walk = ChainWalk(packet, through: base, of: try socket.content(of: base.table))
        #expect(walk.mayPass || !walk.drops.isEmpty, "one or the other must happen")
        if walk.certainDrop != nil { return .drops }
        return walk.drops.isEmpty ? .passes : .depends
    }

    @Test(
        "rules of nft",
        arguments: [
            ("", .passes), ("drop", .drops), ("reject", .drops), ("accept; drop", .passes),
            ("counter; ct state established,related accept; drop", .drops),
            ("ct state { established, related } accept; drop", .drops), ("ct state new accept; drop", .passes),
            ("ct state vmap { established : accept, new : drop }", .drops), ("ct status dnat accept; drop", .drops),
            ("ct state invalid drop", .passes), ("iifname \"br0\" accept; drop", .passes),
            ("iifname \"br1\" accept; drop", .drops), ("iifname \"br*\" accept; drop", .passes),
            ("iifname != \"br0\" accept; drop", .drops), ("iifname { \"br0\", \"br1\" } accept; drop", .passes),
            ("iifname { \"br1\", \"br2\" } accept; drop", .drops),
            ("oifname . iifname { \"eth0\" . \"br0\" } drop", .drops),
            ("ip saddr 10.89.0.0/24 drop", .drops), ("ip saddr 10.88.0.0/24 drop", .passes),
            ("ip saddr { 10.0.0.0/8, 192.168.0.0/16 } drop", .drops),
            ("ip saddr { 10.90.0.0-10.99.0.0, 172.16.0.0/12 } drop", .passes),
            ("ip daddr != { 10.0.0.0/8 } drop", .drops), ("ip daddr 10.0.0.0-10.255.255.255 drop", .passes),
            ("ip6 saddr fd00::/8 drop", .passes), ("meta nfproto ipv6 drop", .passes),
            ("tcp dport 443 drop", .drops), ("tcp dport { 25, 440-450 } drop", .drops), ("udp dport 443 drop", .passes),
            ("tcp dport 25 drop", .passes), ("tcp flags syn drop", .drops), ("meta l4proto { tcp, udp } drop", .drops),
            ("ip saddr . tcp dport { 10.89.0.0/16 . 400-500 } drop", .drops), ("tcp sport 1000 drop", .depends),
            ("limit rate 10/second accept; drop", .depends), ("meta mark 7 drop", .passes),
            ("meta mark & 0xff == 0 drop", .drops), ("fib saddr . iif oif missing drop", .passes),
            ("fib daddr type local drop", .passes), ("log prefix \"x\" drop", .drops),
            ("meta iif 7 drop", .drops), ("tcp dport vmap { 0-400 : accept, 401-65535 : drop }", .drops),
            ("tcp dport vmap { 443 : jump ends, 80 : drop }", .passes), ("jump sub; drop", .depends),
            ("goto ends; drop", .passes), ("jump ends; drop", .drops),
        ] as [(String, Outcome)])
    private func rules(rules: String, outcome: Outcome) async throws {
        let text = rules.split(separator: ";").joined(separator: "\n")
        try Command.run(
            "nft -f -",
            input: """
                table inet t {
                  chain ends { counter
                    return
                    drop
                  }
                  chain sub { tcp sport 1 accept
                  }
                  chain forward { type filter hook forward priority 5; policy accept;
                    \(text)
                  }
                }
                """)
        #expect(try Self.walk(Self.packet()) == outcome)
    }

    @Test("the policy decides when no rule does", arguments: IPFamily.allCases)
    func policy(family: IPFamily) async throws {
        try Command.run(
            "nft -f -", input: "table inet t { chain f { type filter hook forward priority 0; policy drop; }; }")
        var socket = try NFTablesSocket()
        let base = try #require(try socket.baseChains().first)
        let walk = ChainWalk(try Self.packet(family), through: base, of: try socket.content(of: base.table))
        #expect(walk.certainDrop == ChainWalk.Drop(chain: "f", handle: nil))
    }

    @Test(
        "rules of iptables",
        arguments: [
            (["-P FORWARD DROP"], .drops), (["-A FORWARD -j REJECT"], .drops),
            (["-P FORWARD DROP", "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"], .drops),
            (["-P FORWARD DROP", "-A FORWARD -m conntrack --ctstate NEW -j ACCEPT"], .passes),
            (["-P FORWARD DROP", "-A FORWARD -m state --state NEW -j ACCEPT"], .passes),
            (["-P FORWARD DROP", "-A FORWARD -m conntrack ! --ctstate NEW -j ACCEPT"], .drops),
            (["-P FORWARD DROP", "-A FORWARD -i br0 ! -o br0 -j ACCEPT"], .passes),
            (["-P FORWARD DROP", "-A FORWARD -i br+ -m comment --comment hello -j ACCEPT"], .passes),
            (["-P FORWARD DROP", "-A FORWARD -i docker0 -j ACCEPT"], .drops),
            (["-A FORWARD -p tcp -m tcp --dport 443 -j DROP"], .drops),
            (["-A FORWARD -p tcp -m multiport --dports 25,443 -j DROP"], .depends),
            (["-A FORWARD -m addrtype --dst-type LOCAL -j DROP"], .passes),
            (["-A FORWARD -m addrtype ! --dst-type LOCAL -j DROP"], .drops),
            (["-A FORWARD -m limit --limit 3/min -j LOG"], .passes),
            (["-N own", "-A own -s 10.89.0.0/16 -j RETURN", "-A own -j DROP", "-A FORWARD -j own"], .passes),
        ] as [([String], Outcome)])
    private func iptables(commands: [String], outcome: Outcome) async throws {
        for command in commands { try Command.run("iptables-nft \(command)") }
        #expect(try Self.walk(Self.packet()) == outcome)
    }

    @Test("translated connections are told apart", arguments: [true, false]) func translated(flag: Bool) async throws {
        for command in ["-P FORWARD DROP", "-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT"] {
            try Command.run("iptables-nft \(command)")
        }
        #expect(try Self.walk(Self.packet(isTranslated: flag)) == (flag ? .passes : .drops))
    }

    @Test("what a set holds, ranges as ranges") func content() async throws {
        try Command.run(
            "nft -f -",
            input: """
                table ip t {
                  set hosts { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.7, 240.0.0.0/4 }; }
                  map ports { type inet_service : verdict; elements = { 80 : accept, 443 comment "tls" : drop }; }
                }
                """)
        var socket = try NFTablesSocket()
        let table = Table(.ipv4, "t")
        let hosts = try socket.content(of: "hosts", in: table).entries
        #expect(
            hosts.map(\.first) == [[10, 0, 0, 0], [192, 0, 2, 7], [240, 0, 0, 0]]
                && hosts.map(\.last) == [[10, 255, 255, 255], [192, 0, 2, 7], [255, 255, 255, 255]])
        let ports = try socket.content(of: "ports", in: table).entries.sorted { $0.first[0] < $1.first[0] }
        #expect(ports.map(\.value) == [.verdict(.accept), .verdict(.drop)] && ports.map(\.comment) == [nil, "tls"])
        #expect(try socket.content(of: "missing", in: table).entries == [])
    }
}
