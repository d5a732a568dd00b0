// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct NetworkCommandTests {
    @Test("a free subnet avoids what the host has") func freeSubnet() throws {
        let lines = try PrivateHost.lines(
            """
            ip address add 10.89.0.5/32 dev lo; ip route add blackhole 10.89.1.0/25; ip route add blackhole default
            ip route add blackhole 10.89.2.0/24 table 77
            swnet create one; swnet create two --verbose
            swnet ls --format json | grep -o '10.89[^"]*'
            """)
        #expect(
            lines == [
                "one", "chose 10.89.4.0/24: it overlaps none of the 6 routes, addresses and networks here", "two",
                "10.89.3.0/24", "10.89.4.0/24",
            ] || lines.suffix(2) == ["10.89.3.0/24", "10.89.4.0/24"])
    }

    @Test("creating many at once gives each a subnet of its own") func concurrent() throws {
        let lines = try PrivateHost.lines(
            """
            for i in $(seq 20); do swnet create n$i & done | sort -u | wc -l; wait
            swnet ls --format json | grep -o '10.89[^"]*' | sort -u | wc -l
            for i in $(seq 5); do swnet create same >/dev/null 2>&1 & done; wait
            ls /etc/cni/net.d | grep -c same
            """)
        #expect(lines == ["20", "20", "1"])
    }

    @Test("a network that is there is not written over") func exists() throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet >/dev/null
            cksum /etc/cni/net.d/* > /run/before
            swnet create mynet; echo $?
            swnet create other --subnet 10.89.0.0/16; echo $?
            cksum /etc/cni/net.d/* | cmp - /run/before; ls /etc/cni/net.d | wc -l
            """)
        #expect(
            lines == [
                "Error: network mynet exists already, in /etc/cni/net.d/90-mynet.conflist", "1",
                "Error: subnet 10.89.0.0/16 overlaps network mynet, 10.89.0.0/24; choose another one", "1", "1",
            ])
    }

    @Test("a dry run changes nothing and prints what would be written") func dryRun() throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet --subnet 10.1.0.0/24 --dry-run > /run/plan; find /etc/cni /run/swnet -type f 2>/dev/null
            swnet create mynet --subnet 10.1.0.0/24 >/dev/null; cmp /run/plan /etc/cni/net.d/90-mynet.conflist
            """)
        #expect(lines == [])
    }

    @Test("a broken file is named, and hides no other network") func brokenFile() throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet >/dev/null; echo '{' > /etc/cni/net.d/10-bad.conflist
            swnet ls 2>&1 >/dev/null; swnet ls 2>/dev/null | tail -n 1
            swnet run --network mynet -- echo fine
            """)
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("Warning: read /etc/cni/net.d/10-bad.conflist: "))
        #expect(lines[1].hasPrefix("mynet  swnet  10.89.0.0/24  sw-mynet"))
        #expect(lines[2] == "fine")
    }

    @Test("ls, ps and inspect agree on what is attached", arguments: ["", "--chained"])
    func listing(style: String) throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet --subnet 10.89.0.0/24 --label tier=web \(style) >/dev/null
            swnet run --network mynet --name web -p 127.0.0.1:8080:80/udp -- sleep 60 &
            eventually swnet exec web -- true
            swnet ls | tail -n 1; swnet ps | tail -n 1; swnet ps --network other | wc -l
            swnet inspect mynet
            """)
        #expect(lines[0].hasSuffix("10.89.0.0/24  sw-mynet  1"))
        #expect(lines[1].hasPrefix("web   mynet    eth0       10.89.0.2  127.0.0.1:8080->80/udp  "))
        #expect(lines[2] == "1")
        let text = lines[3...].joined(separator: "\n")
        let network = try #require(try JSON(parsing: text).arrayValue?.first?.objectValue)
        #expect(network["bridge"]?.objectValue?["addresses"]?.arrayValue?.first == "10.89.0.1/24")
        #expect(network["bridge"]?.objectValue?["ports"]?.arrayValue?.count == 1)
        let endpoint = try #require(network["endpoints"]?.arrayValue?.first?.objectValue)
        #expect(endpoint["name"] == "web" && endpoint["addresses"] == ["10.89.0.2/24"])
        #expect(network["configuration"]?.objectValue?["name"] == "mynet")
    }

    @Test("rm refuses what is in use, and --force detaches it", arguments: ["", "--chained"])
    func removal(style: String) throws {
        let lines = try PrivateHost.lines(
            """
            swnet create warm --subnet 10.1.0.0/24 >/dev/null; swnet run --network warm -- true; swnet rm warm >/dev/null
            snapshot > /run/before
            swnet create mynet --ipv6 \(style) >/dev/null
            swnet run --network mynet --name web -p 8080:80 -- sleep 60 & supervisor=$!
            eventually swnet exec web -- true
            swnet rm mynet; echo $?
            swnet rm mynet nosuch; echo $?
            swnet rm --force mynet; echo $?
            swnet exec web -- ls /sys/class/net
            snapshot | grep -v sandboxes | diff /run/before -
            kill $supervisor; wait $supervisor; echo $?
            snapshot | diff /run/before -
            """)
        #expect(
            lines == [
                "Error: network mynet is used by web: stop them, or detach them with --force", "1",
                "Error: there is no network nosuch: see 'swnet ls', or make it with 'swnet create nosuch'", "1",
                "mynet", "0",
                "lo", "143",
            ])
    }

    @Test("rm removes what a network has in the kernel when its records are lost", arguments: ["", "--chained"])
    func lostRecords(style: String) throws {
        let lines = try PrivateHost.lines(
            """
            swnet create mynet --ipv6 \(style) >/dev/null
            swnet run --network mynet --name web -- sleep 60 & supervisor=$!
            eventually swnet exec web -- true
            kill -9 $supervisor; wait $supervisor 2>/dev/null
            umount -l /run/swnet/sandboxes/*.netns; rm -r /run/swnet
            eventually sh -c '! ip -br link show type veth | grep .'
            swnet rm mynet
            ip -br link show type bridge; nft list set inet swnet networks | grep sw-
            nft list set inet swnet same_network4 | grep 10.89
            """)
        #expect(lines == ["mynet"])
    }

    @Test("create tells when published ports will not answer at [::1]", arguments: [0, 1])
    func loopbackWarning(setting: Int) throws {
        let lines = try PrivateHost.lines(
            """
            [ -e $bridge_firewall ] || { echo absent; exit; }
            echo \(setting) > $bridge_firewall
            swnet create one; swnet create two --ipv6 2>&1 >/dev/null; swnet create three --ipv6 --internal
            """)
        guard lines != ["absent"] else { return }
        #expect(lines.count == 2 + setting && lines.first == "one" && lines.last == "three")
        #expect(setting == 0 || lines[1].hasPrefix("Warning: ports published on two will not answer at [::1]"))
    }

    @Test("an unprivileged person is told to be root") func unprivileged() throws {
        let lines = try PrivateHost.lines(
            """
            setpriv --reuid 65534 --clear-groups swnet create mynet; echo $?
            setpriv --reuid 65534 --clear-groups swnet ls | wc -l
            """)
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("Error: ") && lines[0].hasSuffix("run it as root"))
        #expect(lines[1] == "1" && lines[2] == "1")
    }
}
