// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

/// Breaks something on a host that works, asks the doctor, does what it says, and asks again.
@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct DoctorCommandTests {
    /// Something that can be wrong: how it comes about, and how the report begins.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let breaking: String
        let sentences: [String]

        init(_ name: String, _ breaking: String, _ sentences: String...) {
            testDescription = name
            self.breaking = breaking
            self.sentences = sentences
        }
    }

    /// A host with a way out, on which a container publishes a port.
    static let scene = """
        # What a bridge forwards by itself is no business of other firewalls here.
        bridge_firewall4=/proc/sys/net/bridge/bridge-nf-call-iptables
        [ ! -e $bridge_firewall4 ] || echo 0 > $bridge_firewall4
        ip link add uplink type veth peer name lan; ip link set uplink up; ip link set lan up
        ip address add 192.0.2.1/24 dev uplink; ip address add 2001:db8::1/64 dev uplink nodad
        ip route add default via 192.0.2.2; ip -6 route add default via 2001:db8::2
        swnet create mynet --subnet 10.89.0.0/24 --subnet fd00:89::/64 >/dev/null
        swnet run --network mynet --name web -p 8080:80 -- sleep 120 & supervisor=$!
        eventually swnet exec web -- true
        port=$(ip -br link show type veth master sw-mynet | cut -d @ -f 1)
        # Sentences without commands, and commands without sentences.
        sentences() { swnet doctor | sed -n -e 's/^error: //p' -e 's/^warning: //p' -e 's/^note: //p'; }
        cure() { swnet doctor | sed -n 's/^    //p' > /run/cure; sh -e /run/cure > /run/cure.log 2>&1 || cat /run/cure.log; }

        """

    /// Runs the case on a host that was well before, and returns what was found and what was still found afterwards.
    private static func examine(_ ailment: Case) throws -> (found: [String], remaining: [String]) {
        let lines = try PrivateHost.lines(
            scene + """
                swnet doctor > /run/healthy || cat /run/healthy
                \(ailment.breaking)
                echo FOUND; sentences; swnet doctor >/dev/null; echo STATUS $?
                cure; echo CURED; sentences; swnet doctor >/dev/null; echo STATUS $?
                """)
        guard let found = lines.firstIndex(of: "FOUND"), let cured = lines.firstIndex(of: "CURED") else {
            return (lines, lines)
        }
        return (Array(lines[..<found] + lines[(found + 1)..<cured]), Array(lines[(cured + 1)...]))
    }

    static let cases = settings + links + addressing + firewall

    private static let settings = [
        Case(
            "IPv4 is not routed", "sysctl -q -w net.ipv4.ip_forward=0",
            "this host does not route IPv4, so containers of mynet"),
        Case(
            "IPv6 is not routed", "sysctl -q -w net.ipv6.conf.all.forwarding=0",
            "this host does not route IPv6, so containers of mynet"),
        Case(
            "IPv4 is not routed from one interface", "sysctl -q -w net.ipv4.conf.sw-mynet.forwarding=0",
            "this host does not route IPv4 packets that come in by sw-mynet"),
        Case(
            "loopback publishing is switched off", "sysctl -q -w net.ipv4.conf.sw-mynet.route_localnet=0",
            "ports published on mynet do not answer at 127.0.0.1"),
        Case(
            "the route of IPv6 loopback publishing is gone",
            "ip -6 route delete local ::1/128 dev sw-mynet table local",
            "ports published on mynet do not answer at [::1]"),
        Case(
            "everybody may send to loopback", "sysctl -q -w net.ipv4.conf.all.route_localnet=1",
            "this host lets neighbours and containers send to 127.0.0.0/8"),
        Case(
            "a strict filter by source address",
            """
            swnet create second --subnet 10.90.0.0/24 > /dev/null
            swnet run --network mynet --network second --name both -- sleep 120 & eventually swnet exec both -- true
            sysctl -q -w net.ipv4.conf.all.rp_filter=1
            """,
            "the strict reverse path filter drops answers of both, which is on several networks, at bridge sw-mynet",
            "the strict reverse path filter drops answers of both, which is on several networks, at bridge sw-second"),
        Case(
            "the uplink carries less than the bridge",
            "ip link set uplink mtu 1400",
            "packets of mynet may have 1500 bytes, and uplink, which leads out, carries 1400"),
        Case(
            "the bridge carries less than its ports", "ip link set sw-mynet mtu 1400",
            "packets of web may have 1500 bytes, and mynet carries 1400"),
    ]

    private static let links = [
        Case(
            "the bridge is down, which costs it its IPv6 addresses and routes", "ip link set sw-mynet down",
            "bridge sw-mynet of mynet is down", "bridge sw-mynet has lost the gateway address fd00:89::1/64 of mynet",
            "ports published on mynet do not answer at [::1]"),
        Case(
            "a gateway address is gone", "ip address delete 10.89.0.1/24 dev sw-mynet",
            "bridge sw-mynet has lost the gateway address 10.89.0.1/24 of mynet"),
        Case(
            "an IPv6 gateway address is gone", "ip address delete fd00:89::1/64 dev sw-mynet",
            "bridge sw-mynet has lost the gateway address fd00:89::1/64 of mynet"),
        Case("a port is down", "ip link set $port down", "PORT, the link of web to mynet, is down"),
        Case(
            "the interface in the sandbox is down", "swnet exec web -- ip link set eth0 down",
            "eth0 of web, which is on mynet, is down"),
        Case(
            "a link that nothing is recorded of",
            """
            swnet run --network mynet --name lost -- sleep 120 & eventually swnet exec lost -- true
            sleep 0.2; record=$(grep -l '"lost"' /run/swnet/endpoints/mynet/*); cp $record /run/kept; rm $record
            for set in masquerade4 masquerade6; do
                address=$(nft list set inet swnet $set | grep -o -e '10.89.0.3' -e 'fd00:89::3')
                nft delete element inet swnet $set "{ $address }"
            done
            """,
            "VETH is the host's end of an attachment that nothing is recorded of"),
        Case(
            "a bridge that no network names",
            """
            swnet create gone --subnet 10.91.0.0/24 > /dev/null
            swnet run --network gone --name other -- sh -c 'sleep 120' & eventually swnet exec other -- true
            ip link add kept type veth peer name kept2; ip link set kept master sw-gone
            swnet rm --force gone > /dev/null 2>&1; ip link delete kept
            rm -f /etc/cni/net.d/*gone* /run/swnet/networks/gone.json
            """,
            "sw-gone is the bridge of a network that does not exist any more"),
    ]

    private static let addressing = [
        Case(
            "a network overlaps another",
            """
            swnet create second --subnet 10.90.0.0/24 > /dev/null
            sed -i 's/10.90.0/10.89.0/' /etc/cni/net.d/90-second.conflist
            """,
            "networks mynet (10.89.0.0/24) and second (10.89.0.0/24) overlap, so only one of them can be reached"),
        Case(
            "the host has an address of an unused network",
            "swnet create second --subnet 10.90.0.0/24 > /dev/null; ip address add 10.90.0.9/24 dev uplink",
            "uplink has the address 10.90.0.9/24, which overlaps subnet 10.90.0.0/24 of second"),
        Case(
            "a route leads elsewhere", "ip route add 10.89.0.0/25 dev uplink",
            "the route to 10.89.0.0/25 by uplink takes what the host sends to 10.89.0.2 of mynet away"),
        Case(
            "a route leads nowhere", "ip -6 route add blackhole fd00:89::/96",
            "the route to fd00:89::/96 (blackhole) takes what the host sends to fd00:89::2 of mynet away"),
        Case(
            "another table leads elsewhere",
            "ip rule add priority 50 lookup 77; ip route add default dev uplink table 77",
            "the default route of table 77 by uplink takes what the host sends to 10.89.0.2 of mynet away"),
        Case(
            "a route leads elsewhere from an unused network",
            "swnet create second --subnet 10.90.0.0/24 > /dev/null; ip route add 10.90.0.128/25 dev uplink",
            "the route to 10.90.0.128/25 by uplink leads a part of subnet 10.90.0.0/24 of second elsewhere"),
        Case(
            "a configuration is torn", "echo '{' > /etc/cni/net.d/10-bad.conflist",
            "/etc/cni/net.d/10-bad.conflist is no configuration of a network"),
        Case(
            "a record is torn", "mkdir -p /run/swnet/endpoints/mynet; echo '{' > /run/swnet/endpoints/mynet/x.json",
            "the record /run/swnet/endpoints/mynet/x.json says nothing"),
    ]

    private static let firewall = [
        Case(
            "elements that nothing recorded needs",
            """
            nft add element inet swnet networks '{ "br9" }'
            nft add element inet swnet masquerade4 '{ 10.9.9.9 comment "it is none" }'
            nft add element inet swnet same_network4 '{ 10.9.9.0/24 . 10.9.9.0/24 }'
            nft add element inet swnet published4_at '{ 192.0.2.1 . tcp . 99 : 10.9.9.9 . 80 }'
            """,
            "table inet swnet has 4 elements that nothing recorded needs, in networks"),
        Case(
            "iptables-legacy drops what is forwarded",
            "iptables-legacy -P FORWARD DROP; ip6tables-legacy -P FORWARD DROP",
            "the policy of chain FORWARD in table ip filter of iptables-legacy drops what containers of mynet send out "
                + "of this host and connections to published ports of mynet",
            "the policy of chain FORWARD in table ip6 filter of iptables-legacy drops what containers of mynet send out"
        ),
    ]

    @Test("what is wrong is found, and gone after what the doctor recommends", arguments: cases)
    func cured(ailment: Case) throws { try Self.expectCure(of: ailment) }

    static func expectCure(of ailment: Case) throws {
        let (found, remaining) = try Self.examine(ailment)
        #expect(found.last == "STATUS 1")
        #expect(found.count == ailment.sentences.count + 1, "\(found)")
        for (sentence, expected) in zip(found, ailment.sentences) {
            let isNamed = expected.hasPrefix("PORT") || expected.hasPrefix("VETH")
            let tail = isNamed ? String(expected.dropFirst(4)) : expected
            #expect(isNamed ? sentence.hasPrefix("veth") && sentence.contains(tail) : sentence.hasPrefix(tail))
        }
        #expect(remaining == ["STATUS 0"])
    }

    /// What the doctor says after `breaking`, and again after `healing`.
    private static func reports(_ breaking: String, healing: String) throws -> [String] {
        try PrivateHost.lines(scene + "\(breaking)\nsentences; echo HEALED\n\(healing)\nsentences; echo STATUS $?")
    }

    @Test(
        "a firewall that drops is found, unless it lets networks pass",
        arguments: [
            (
                "iptables-nft -P FORWARD DROP; iptables-nft -N DOCKER-USER; iptables-nft -A FORWARD -j DOCKER-USER",
                "the policy of chain FORWARD in table ip filter of Docker drops what containers of mynet send out of "
                    + "this host and connections to published ports of mynet.",
                "iptables-nft -I DOCKER-USER -i sw-mynet -j ACCEPT; iptables-nft -I DOCKER-USER -o sw-mynet -j ACCEPT"
            ),
            (
                """
                ip6tables-nft -P FORWARD DROP; ip6tables-nft -N ufw6-before-forward
                ip6tables-nft -A FORWARD -j ufw6-before-forward
                ip6tables-nft -A ufw6-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
                """,
                "the policy of chain FORWARD in table ip6 filter of ufw drops what containers of mynet send out of this "
                    + "host and connections to published ports of mynet.",
                """
                ip6tables-nft -A ufw6-before-forward -i sw-mynet -j ACCEPT
                ip6tables-nft -A ufw6-before-forward -m conntrack --ctstate DNAT -j ACCEPT
                """
            ),
            (
                """
                nft add table inet firewalld
                nft add chain inet firewalld filter_FORWARD '{ type filter hook forward priority 10; }'
                nft add rule inet firewalld filter_FORWARD ct state '{ established, related }' accept
                nft add rule inet firewalld filter_FORWARD ct status dnat accept
                nft add rule inet firewalld filter_FORWARD reject with icmpx admin-prohibited
                """,
                "the rule with handle 5 of chain filter_FORWARD in table inet firewalld of firewalld drops what "
                    + "containers of mynet send out of this host.",
                "nft insert rule inet firewalld filter_FORWARD iifname sw-mynet accept"
            ),
        ])
    func foreignFirewall(breaking: String, sentence: String, healing: String) throws {
        let lines = try Self.reports(breaking, healing: healing)
        #expect(lines == [sentence, "HEALED", "STATUS 0"])
    }

    @Test("a network that wants what the kernel lacks") func missingFeature() throws {
        let lines = try Self.reports(
            """
            ! unshare --net ip link add probe type bridge vlan_filtering 1 2>/dev/null || { echo SUPPORTED; exit; }
            swnet create second --subnet 10.90.0.0/24 > /dev/null
            sed -i 's/"type": "swnet"/"type": "swnet", "vlan": 7/' /etc/cni/net.d/90-second.conflist
            """, healing: "cure")
        guard lines != ["SUPPORTED"] else { return }
        #expect(
            lines == [
                "second has a VLAN, which takes a kernel with CONFIG_BRIDGE_VLAN_FILTERING, so nothing can be attached to "
                    + "it.", "HEALED", "STATUS 0",
            ])
    }

    @Test("published ports that bridge netfilter keeps from [::1]") func bridgeNetfilter() throws {
        let lines = try Self.reports(
            "[ -e $bridge_firewall ] || { echo ABSENT; exit; }; echo 1 > $bridge_firewall", healing: "cure")
        guard lines != ["ABSENT"] else { return }
        #expect(lines.count == 3 && lines.first?.hasPrefix("ports published on mynet do not answer at [::1]") == true)
    }

    @Test("looking changes nothing") func readOnly() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                swnet run --network mynet --name dead -- sleep 120 & killed=$!; eventually swnet exec dead -- true
                kill -9 $killed; wait $killed 2>/dev/null; nft delete element inet swnet networks '{ sw-mynet }'
                sleep 0.2; snapshot > /run/before; find /run/swnet /var/lib/cni -newer /run/before > /run/changed
                swnet doctor > /dev/null; swnet doctor --verbose --format json > /dev/null
                snapshot | diff /run/before -; cat /run/changed; ls /run/netns; iptables-legacy-save | grep -c filter
                """)
        #expect(lines.filter { $0 != "0" } == [])
    }

    @Test("the report for programs") func json() throws {
        let text = try PrivateHost.lines(Self.scene + "sysctl -q -w net.ipv4.ip_forward=0; swnet doctor --format json")
            .joined(separator: "\n")
        let report = try #require(try JSON(parsing: text).objectValue)
        #expect(report.keys == ["healthy", "findings", "checks", "firewalls"] && report["healthy"] == false)
        let findings = (report["findings"]?.arrayValue ?? []).compactMap(\.objectValue)
        #expect(findings.map { $0["check"] } == ["forwarding"])
        #expect(findings.first?.keys == ["severity", "check", "network", "sentence", "command"])
        #expect(findings.first?["network"] == "mynet" && findings.first?["severity"] == "error")
        let checks = (report["checks"]?.arrayValue ?? []).compactMap(\.objectValue)
        #expect(checks.allSatisfy { $0.keys == ["check", "status", "expectation", "obstacle"] } && checks.count == 19)
    }

    @Test("who may not look at everything is told so; in a namespace of one's own one may") func unprivileged() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                setpriv --reuid 65534 --clear-groups swnet doctor; echo $?
                setpriv --reuid 65534 --clear-groups unshare --user --map-root-user --net --mount sh -c \
                    'mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /var/lib/cni; mount -t tmpfs tmpfs /etc/cni; \
                    swnet doctor; echo $?'
                """)
        #expect(
            lines == [
                "warning: only root may look at firewalls, leases, kernel features, the resolver, so much stays unchecked.",
                "    sudo swnet doctor", "14 checks made, 5 not possible: 1 warning.", "1",
                "19 checks made: nothing found.", "0",
            ])
    }
}
