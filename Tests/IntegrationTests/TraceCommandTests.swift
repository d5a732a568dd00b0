// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

/// What `swnet trace` says, held against what really happens.
@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct TraceCommandTests {
    /// A host with a neighbour on its LAN that knows the way to the containers; `web` with published ports and `sibling`
    /// on one network, `other` on another, `one` and `two` kept apart on a third, `inner` on an internal one.
    private static let scene = """
        ip netns add lan; ip link add uplink index 10 type veth peer name uplink netns lan
        ip address add 192.0.2.1/24 dev uplink; ip address add 2001:db8::1/64 dev uplink nodad; ip link set uplink up
        ip -n lan address add 192.0.2.2/24 dev uplink; ip -n lan address add 2001:db8::2/64 dev uplink nodad
        ip -n lan link set lo up; ip -n lan link set uplink up
        ip -n lan route add 10.0.0.0/8 via 192.0.2.1; ip -n lan route add fd00::/8 via 2001:db8::1
        swnet create front --subnet 10.1.1.0/24 --subnet fd00:1::/64 >/dev/null
        swnet create back --subnet 10.1.2.0/24 --subnet fd00:2::/64 >/dev/null
        swnet create apart --subnet 10.1.3.0/24 --subnet fd00:3::/64 --no-inter-container >/dev/null
        swnet create inner --subnet 10.1.4.0/24 --subnet fd00:4::/64 --internal >/dev/null
        serve="busybox httpd -f -p 80 -h /run/www"
        start() { name=$1; network=$2; shift 2; swnet run --network $network --name $name "$@" -- $serve >/dev/null 2>&1 & }
        start web front --ip 10.1.1.2 --ip fd00:1::2 -p 8080:80 -p 127.0.0.1:8081:80 -p [::1]:8081:80 -p 192.0.2.1:8082:80
        start sibling front --ip 10.1.1.3 --ip fd00:1::3
        start other back --ip 10.1.2.2 --ip fd00:2::2
        start one apart --ip 10.1.3.2 --ip fd00:3::2 -p 8083:80
        start two apart --ip 10.1.3.3 --ip fd00:3::3
        start inner inner --ip 10.1.4.2 --ip fd00:4::2
        for name in web sibling other one two inner; do eventually swnet exec $name -- ip address show eth0; done
        for address in 10.1.1.2 fd00:1::2 10.1.4.2 fd00:4::2; do eventually ping -c 1 -W 1 $address; done
        inside() {
            client=$1; shift
            case $client in
                host) "$@" ;;
                192.0.2.2 | 2001:db8::2) ip netns exec lan "$@" ;;
                *) swnet exec $client -- "$@" ;;
            esac
        }
        # Prints what the trace says (0 delivered, 1 dropped) and whether a page came; and the trace if they differ.
        path() {
            case $2 in *:*) place=[$2] ;; *) place=$2 ;; esac
            swnet trace $1 $place:$3 > /run/trace 2>&1; said=$?
            inside $1 busybox nc -w 1 $2 $3 </dev/null >/dev/null 2>&1 && real=0 || real=1
            [ $said = $real ] || { echo "$1 to $place:$3: trace $said, really $real"; cat /run/trace; }
            count=$((count + 1))
        }

        """

    private static let paths = """
        for lan in 192.0.2.1 2001:db8::1; do
            case $lan in *:*) near=2001:db8::2; p=fd00:; s=::; here=::1 ;; *) near=192.0.2.2; p=10.1.; s=.; here=127.0.0.1 ;; esac
            web=${p}1${s}2
            for port in 8080 8081 8082 8083 8090; do
                for client in $near host sibling other one two inner web; do path $client $lan $port; done
                path host $here $port
            done
            for client in $near host sibling other one inner web; do path $client $web 80; path $client $web 8080; done
            path two ${p}3${s}2 80; path one ${p}3${s}3 80; path host ${p}3${s}2 80; path other ${p}3${s}2 80
            path $near ${p}4${s}2 80; path host ${p}4${s}2 80; path web ${p}4${s}2 80
            path sibling ${p}1${s}1 8080; path $near ${p}1${s}1 8080; path other ${p}1${s}1 8080; path web ${p}1${s}1 8080
        done

        """

    @Test("every path of the design: what is said is what happens", arguments: [0, 1])
    func matrix(bridgeNetfilter: Int) throws {
        let lines = try PrivateHost.lines(
            "for file in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do echo \(bridgeNetfilter) > $file; done\n"
                + Self.scene + Self.paths + "echo $count paths")
        #expect(
            lines.filter { !$0.hasPrefix("Warning: ports published") } == ["140 paths"],
            "\(lines.joined(separator: "\n"))")
    }

    @Test("what breaks a path is named, and is what breaks it", arguments: breakages)
    func breakage(subject: Breakage) throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                ip netns exec lan $serve & eventually ip netns exec lan busybox nc -w 1 192.0.2.2 80
                path 192.0.2.2 192.0.2.1 8080; path other 192.0.2.2 80; path host 10.1.1.2 80; path sibling 10.1.1.2 80
                \(subject.command)
                path \(subject.client) \(subject.address) \(subject.port)
                tail -n 1 /run/trace
                """)
        #expect(lines.count == 1, "\(lines.joined(separator: "\n"))")
        #expect(lines.last?.hasPrefix("delivered: ") == false && lines.last?.contains(subject.word) == true, "\(lines)")
    }

    struct Breakage: CustomTestStringConvertible, Sendable {
        let command: String
        let client: String
        let address: String
        let port: Int
        let word: String
        var testDescription: String { command }

        init(_ command: String, _ client: String, _ address: String, _ port: Int, _ word: String) {
            self.command = command
            self.client = client
            self.address = address
            self.port = port
            self.word = word
        }
    }

    private static let drop =
        "nft add table inet x; nft add chain inet x c '{ type filter hook forward priority 10; policy drop; }'"

    static let breakages = [
        Breakage("sysctl -q net.ipv4.ip_forward=0", "192.0.2.2", "192.0.2.1", 8080, "ip_forward"),
        Breakage("nft flush ruleset", "192.0.2.2", "192.0.2.1", 8080, ""),
        Breakage(drop, "192.0.2.2", "192.0.2.1", 8080, "policy of chain inet x c"),
        Breakage(
            drop + "; nft add rule inet x c ct state established,related accept", "192.0.2.2", "192.0.2.1", 8080,
            "policy"),
        Breakage(
            "nft add rule inet swnet user-forward tcp dport 80 counter reject", "192.0.2.2", "192.0.2.1", 8080,
            "rejected by"),
        Breakage(
            "nft insert rule inet swnet user-forward ip saddr 192.0.2.0/24 drop", "192.0.2.2", "192.0.2.1", 8080,
            "192.0.2.0"),
        Breakage("ip link delete sw-front", "host", "10.1.1.2", 80, ""),
        Breakage(
            "for port in $(bridge -o link | grep 'master sw-front' | cut -d ' ' -f 2 | cut -d @ -f 1); do ip link set $port nomaster; done",
            "host", "10.1.1.2", 80, "no port of it"),
        Breakage("ip link set sw-front down", "sibling", "10.1.1.2", 80, "down"),
        Breakage("swnet exec web -- ip link set eth0 down", "host", "10.1.1.2", 80, ""),
        Breakage("swnet exec web -- ip address flush dev eth0", "sibling", "10.1.1.2", 80, "does not have"),
        Breakage("swnet exec web -- ip route delete default", "192.0.2.2", "192.0.2.1", 8080, "no route to 192.0.2.2"),
        Breakage("swnet exec other -- ip route delete default", "other", "192.0.2.2", 80, "no route"),
        Breakage("sysctl -q net.ipv4.conf.sw-front.route_localnet=0", "host", "127.0.0.1", 8080, "route_localnet"),
        Breakage(
            "iptables-nft -P FORWARD DROP; iptables-nft -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
            "192.0.2.2", "192.0.2.1", 8080, "ip filter FORWARD"),
        Breakage("iptables-nft -I FORWARD -p tcp --dport 80 -j REJECT", "192.0.2.2", "192.0.2.1", 8080, "rejected"),
    ]

    @Test("names, echo requests, formats and refusals") func usage() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                swnet trace sibling web | tail -n 1; swnet trace -6 sibling web | tail -n 1
                swnet trace web host | tail -n 1; swnet trace host web:81 | grep -c 'nothing listens on port 81/tcp'
                swnet trace nosuch web 2>&1; echo $?
                swnet trace web fd00::1:x:y 2>&1 | tail -n 1; swnet trace web 10.1.1.1 -6 2>&1
                setpriv --reuid 65534 --clear-groups swnet trace web host 2>&1 | grep -c 'run it as root'
                swnet trace two one:80 --format json; echo $?
                """)
        #expect(
            lines.prefix(7) == [
                "delivered: sandbox web: 10.1.1.2 gets it from 10.1.1.3",
                "delivered: sandbox web: fd00:1::2 gets it from fd00:1::3",
                "delivered: host: 10.1.1.1 is an address of the host", "2",
                "Error: nosuch is neither an address, nor 'host', nor attached to a network: see 'swnet ps'", "1",
                "  See 'swnet trace --help' for more information.",
            ], "\(lines.joined(separator: "\n"))")
        #expect(lines[7].hasPrefix("Error: ") && lines[8] == "1" && lines.last == "1")
        let report = try #require(try JSON(parsing: lines[9...].dropLast().joined(separator: "\n")).objectValue)
        #expect(report["delivered"] == false)
        let last = report["steps"]?.arrayValue?.last?.objectValue
        #expect(last?["kind"] == "dropped" && last?["place"] == "bridge sw-apart")
    }

    @Test("a real packet, and the rules that the kernel says it met") func live() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                for way in 'sibling 192.0.2.1:8080' 'host 10.1.1.2:81'; do
                    swnet trace --live $way > /run/trace; echo $? $(tail -n 1 /run/trace | cut -d : -f 1)
                    grep -c -e @published4 -e @hairpin4 /run/trace
                done
                \(Self.drop)
                swnet trace --live sibling 192.0.2.1:8080 > /run/trace; echo $?; grep -c 'inet x c *policy drop' /run/trace
                nft list tables
                """)
        #expect(
            lines == ["0 delivered", "2", "1 refused", "0", "1", "1", "table inet swnet", "table inet x"],
            "\(lines.joined(separator: "\n"))")
    }
}
