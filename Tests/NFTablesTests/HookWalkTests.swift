// SPDX-License-Identifier: Apache-2.0
import NFTables
import NetworkTypes
import TestSupport
import Testing

/// What is foretold of a packet, for rules that nft(8) and iptables-nft(8) put into a kernel.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct HookWalkTests {
    /// A host on one LAN, for rules that ask.
    private struct Context: RulesetContext {
        mutating func addressType(_ address: IPAddress) -> UInt32? {
            address == IPAddress("192.0.2.1") || address == IPAddress("2001:db8::1") ? 2 : 1
        }
        mutating func interface(to address: IPAddress) -> TracedPacket.Interface? { HookWalkTests.lan }
        mutating func address(of interface: TracedPacket.Interface, to destination: IPAddress) -> IPAddress? {
            IPAddress(destination.family == .ipv4 ? "192.0.2.1" : "2001:db8::1")
        }
    }

    static let lan = TracedPacket.Interface(name: "lan0", index: 7)
    static let bridge = TracedPacket.Interface(name: "br0", index: 8)

    private func packet(_ family: IPFamily = .ipv4, port: UInt16 = 80, protocol: UInt8 = 6) throws -> TracedPacket {
        let source = try #require(IPAddress(family == .ipv4 ? "198.51.100.9" : "2001:db8:9::9"))
        let destination = try #require(IPAddress(family == .ipv4 ? "10.1.1.2" : "fd00:1::2"))
        var packet = TracedPacket(
            from: source, to: destination, protocolNumber: `protocol`, sourcePort: 40000, destinationPort: port)
        (packet.input, packet.output) = (Self.lan, Self.bridge)
        return packet
    }

    private func walk(_ packet: TracedPacket, _ hook: Hook = .forward) throws -> HookWalk {
        var socket = try NFTablesSocket()
        var context = Context()
        return try socket.ruleset().walk(packet, at: hook, asking: &context)
    }

    private func load(_ rules: [String], hook: String = "forward", kind: String = "filter", policy: String = "accept")
        throws
    {
        let body = rules.joined(separator: "\n")
        try Command.run(
            "nft -f -",
            input: """
                table inet x {
                  set ports { type inet_service; elements = { 80, 443 }; }
                  set nets { type ipv4_addr; flags interval; elements = { 10.1.0.0/16, 198.51.100.0/24 }; }
                  map verdicts { type ifname : verdict; elements = { "br0" : jump deeper }; }
                  chain deeper { tcp dport 80 counter drop; return; }
                  chain harmless { return; }
                  chain c { type \(kind) hook \(hook) priority filter; policy \(policy);
                    \(body)
                  }
                }
                """)
    }

    @Test(
        "rules that take the packet",
        arguments: [
            "drop", "iifname \"lan0\" drop", "iifname \"lan*\" oifname \"br0\" drop", "iif 7 drop",
            "ip saddr 198.51.100.9 drop", "ip saddr 198.51.100.0/24 drop", "ip daddr != 10.2.0.0/16 drop",
            "ip saddr @nets drop", "ip daddr @nets tcp dport @ports drop", "tcp dport 80 drop", "tcp dport 70-90 drop",
            "tcp dport { 22, 80 } drop", "meta l4proto { tcp, udp } drop", "ct state new drop", "tcp flags syn drop",
            "ct state vmap { established : accept, new : drop }", "oifname vmap @verdicts", "jump deeper",
            "goto deeper",
            "meta nfproto ipv4 reject", "ip saddr . tcp dport { 198.51.100.9 . 80 } drop",
            "jump harmless; drop", "meta mark set 5; meta mark 5 drop", "fib saddr type unicast drop",
            "fib saddr . iif oif exists drop", "ip protocol tcp drop", "counter log drop",
        ])
    func drops(rule: String) throws {
        try load(rule.split(separator: ";").map(String.init))
        #expect(try walk(packet()).isDropped)
    }

    @Test(
        "rules that leave it alone",
        arguments: [
            "accept; drop", "iifname \"br0\" drop", "iifname \"la\" drop", "ip saddr 198.51.100.8 drop",
            "ip saddr != @nets drop", "tcp dport 81 drop", "udp dport 80 drop", "tcp dport { 22, 443 } drop",
            "ct state established,related drop", "ct state invalid drop", "ct status dnat drop", "ip6 nexthdr tcp drop",
            "tcp dport != @ports drop", "jump harmless", "return; drop", "fib daddr type local drop",
            "meta nfproto ipv6 drop", "tcp flags ack drop", "meta mark 5 drop", "iifname vmap @verdicts",
        ])
    func leaves(rule: String) throws {
        try load(rule.split(separator: ";").map(String.init))
        #expect(try !walk(packet()).isDropped)
    }

    @Test("a policy takes what no rule accepts", arguments: IPFamily.allCases) func policy(family: IPFamily) throws {
        try load(["tcp dport 443 accept"], policy: "drop")
        let walk = try walk(packet(family))
        #expect(walk.isDropped)
        guard case .droppedByPolicy(let chain) = walk.events.last else { Issue.record("\(walk.events)"); return }
        #expect(chain.chain == "c")
        #expect(try !self.walk(packet(family, port: 443)).isDropped)
    }

    @Test("an accept ends one chain, not the hook") func order() throws {
        try load(["accept"])
        try Command.run("nft add table inet y")
        try Command.run("nft -f -", input: "table inet y { chain c { type filter hook forward priority 5; drop; }; }")
        let walk = try walk(packet())
        #expect(walk.isDropped && walk.events.count == 2)
    }

    @Test("answers are let through by state, and meet no translation") func answers() throws {
        try load(["ct state established accept", "drop"])
        var answer = try packet()
        answer.state = .established
        #expect(try !walk(answer).isDropped)
        #expect(try walk(packet()).isDropped)
    }

    @Test("translation by rule and by map") func translation() throws {
        try Command.run(
            "nft -f -",
            input: """
                table ip n {
                  map ports { type inet_service : ipv4_addr . inet_service; elements = { 8080 : 10.1.1.3 . 80 }; }
                  chain pre { type nat hook prerouting priority dstnat;
                    fib daddr type local dnat to tcp dport map @ports
                    tcp dport 81 dnat to 10.1.1.4:8081
                  }
                  chain late { type nat hook prerouting priority -90; dnat to 10.9.9.9; }
                  chain post { type nat hook postrouting priority srcnat; oifname "br0" masquerade; }
                }
                """)
        var inward = try packet(port: 8080)
        inward.destination = try #require(IPAddress("192.0.2.1"))
        let mapped = try walk(inward, .prerouting).packet
        #expect(mapped.destination == IPAddress("10.1.1.3") && mapped.destinationPort == 80)
        #expect(mapped.isDestinationTranslated)
        let ruled = try walk(packet(port: 81), .prerouting).packet
        #expect(ruled.destination == IPAddress("10.1.1.4") && ruled.destinationPort == 8081)
        #expect(try walk(packet(port: 8080), .prerouting).packet.destination == IPAddress("10.9.9.9"))
        #expect(try walk(packet(), .postrouting).packet.source == IPAddress("192.0.2.1"))
        inward.isSettled = true
        #expect(try walk(inward, .prerouting).packet.destination == IPAddress("192.0.2.1"))
    }

    @Test(
        "rules of iptables",
        arguments: [
            ("-A FORWARD -p tcp --dport 80 -j DROP", true), ("-A FORWARD -p tcp --dport 81 -j DROP", false),
            ("-A FORWARD -p tcp ! --dport 81 -j REJECT", true), ("-A FORWARD -p udp --dport 80 -j DROP", false),
            ("-A FORWARD -m conntrack --ctstate NEW -j DROP", true),
            ("-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j DROP", false),
            ("-A FORWARD -m conntrack ! --ctstate ESTABLISHED -j DROP", true),
            ("-A FORWARD -m addrtype --dst-type LOCAL -j DROP", false),
            ("-A FORWARD -m addrtype ! --dst-type LOCAL -j DROP", true),
            ("-A FORWARD -m comment --comment x -s 198.51.100.0/24 -i lan0 -j DROP", true),
            ("-A FORWARD -o br0 -m comment --comment x -j ACCEPT", false), ("-P FORWARD DROP", true),
        ])
    func iptables(rule: String, isDropped: Bool) throws {
        try Command.run("iptables-nft -t filter \(rule)")
        #expect(try walk(packet()).isDropped == isDropped)
    }

    @Test("what cannot be told is said") func unclear() throws {
        try load(["meta skuid 5 drop", "meta cgroup 9 counter"])
        let walk = try walk(packet())
        #expect(!walk.isDropped)
        guard case .unclear = walk.events.first, walk.events.count == 1 else { Issue.record("\(walk.events)"); return }
    }

    @Test(
        "rules in words",
        arguments: [
            "iifname \"lan0\" oifname != \"br0\" accept", "ip saddr 10.0.0.0/8 drop", "ip daddr 10.1.1.2 drop",
            "ip6 saddr fd00::/64 drop", "ct state established,related accept", "ct status dnat accept", "jump deeper",
            "ip saddr @nets drop", "iifname vmap @verdicts", "fib daddr type local drop", "masquerade", "reject",
        ])
    func words(rule: String) throws {
        try load(
            [rule], hook: rule == "masquerade" ? "postrouting" : "forward",
            kind: rule == "masquerade" ? "nat" : "filter")
        var socket = try NFTablesSocket()
        let text = try #require(try socket.ruleset().rules(of: "c", in: Table(.inet, "x")).first).text
        // nft(8) leaves out that only one family has the field.
        let plain = text.split(separator: " ").joined(separator: " ")
        #expect(["", "meta nfproto ipv4 ", "meta nfproto ipv6 "].map { $0 + rule }.contains(plain), "\(plain)")
    }
}
