// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// The machine's Podman on our plugins: networks of its own making, not edited, and those of `swnet create`.
@Suite(.enabled(if: PodmanHost.canRun, PodmanHost.requirement)) struct PodmanTests {
    @Test("a network of Podman's own: everybody reaches the published port, rm leaves nothing") func ports() throws {
        let lines = try PodmanHost.lines(
            """
            pod network create --subnet 10.89.0.0/24 net1
            web first --network net1 -p 7000:80; remove first
            snapshot > $here/before
            web web --network net1 -p 8080:80
            from_host 127.0.0.1:8080; from_host 192.0.2.1:8080; from_host $(address_of web eth0 4); from_lan 192.0.2.1:8080
            web client --network net1
            from_container client $(address_of web eth0 4); from_container client 192.0.2.1:8080
            from_container web 192.0.2.1:8080
            neighbour_listens; from_container client 192.0.2.2
            pod stop -t 0 web > $here/log; from_host 127.0.0.1:8080
            remove web client
            snapshot > $here/after; diff $here/before $here/after && echo same
            """)
        #expect(
            lines == [
                "net1", "host 127.0.0.1:8080: 10.89.0.1", "host 192.0.2.1:8080: 10.89.0.1", "host 10.89.0.3: 10.89.0.1",
                "lan 192.0.2.1:8080: 192.0.2.2", "client 10.89.0.3: 10.89.0.4", "client 192.0.2.1:8080: 10.89.0.1",
                "web 192.0.2.1:8080: 10.89.0.1", "client 192.0.2.2: 192.0.2.1", "host 127.0.0.1:8080: nothing", "same",
            ])
    }

    @Test("--ip and --mac-address; an address that is taken is refused, and its owner named") func requested() throws {
        let lines = try PodmanHost.lines(
            """
            pod network create --subnet 10.89.0.0/24 net1
            web web --network net1 --ip 10.89.0.77 --mac-address 02:11:22:33:44:55
            address_of web eth0 4; mac_of web eth0; from_host 10.89.0.77
            pod run --rm --network net1 --ip 10.89.0.77 bb true | grep -o "10.89.0.77 is not available: container ...."
            pod ps -q --no-trunc | cut -c 1-4
            """)
        #expect(lines.prefix(4) == ["net1", "10.89.0.77", "02:11:22:33:44:55", "host 10.89.0.77: 10.89.0.1"])
        #expect(lines.count == 6 && lines[4] == "10.89.0.77 is not available: container " + (lines.last ?? ""))
    }

    @Test("two networks at once, and one more and one less while it runs") func twoNetworks() throws {
        let lines = try PodmanHost.lines(
            """
            for n in 1 2 3; do pod network create --subnet 10.89.$n.0/24 net$n > $here/log; done
            web both --network net1,net2 -p 8080:80
            web one --network net1; web two --network net2
            networks=$(for i in eth0 eth1; do address_of both $i 4; done | sort | tr '\\n' ' '); echo $networks
            from_container one 10.89.1.2; from_container two 10.89.2.2; from_lan 192.0.2.1:8080
            pod network connect net3 both; address_of both eth2 4; from_host 10.89.3.2
            pod network disconnect net1 both; from_lan 192.0.2.1:8080; from_container two 10.89.2.2
            pod network disconnect net2 both; from_lan 192.0.2.1:8080
            remove both; from_lan 192.0.2.1:8080
            """)
        #expect(
            lines == [
                "10.89.1.2 10.89.2.2", "one 10.89.1.2: 10.89.1.3", "two 10.89.2.2: 10.89.2.3",
                "lan 192.0.2.1:8080: 192.0.2.2", "10.89.3.2", "host 10.89.3.2: 10.89.3.1",
                "lan 192.0.2.1:8080: 192.0.2.2", "two 10.89.2.2: 10.89.2.3", "lan 192.0.2.1:8080: 192.0.2.2",
                "lan 192.0.2.1:8080: nothing",
            ])
    }

    @Test("an IPv6 network: every path of IPv4, and [::1]") func ipv6() throws {
        let lines = try PodmanHost.lines(
            """
            pod network create --ipv6 --subnet fd00:89::/64 --subnet 10.89.0.0/24 net1
            web web --network net1 -p 8080:80; web client --network net1
            address_of web eth0 4; address_of web eth0 6
            from_lan [2001:db8::1]:8080; from_host [2001:db8::1]:8080; from_host [::1]:8080; from_host 127.0.0.1:8080
            from_container client [fd00:89::2]; from_container client [2001:db8::1]:8080
            neighbour_listens; from_container client [2001:db8::2]; from_container client 192.0.2.2
            remove web client; nft list ruleset | grep -c fd00:89
            """)
        #expect(
            lines == [
                "net1", "10.89.0.2", "fd00:89::2", "lan [2001:db8::1]:8080: 2001:db8::2",
                "host [2001:db8::1]:8080: fd00:89::1", "host [::1]:8080: fd00:89::1", "host 127.0.0.1:8080: 10.89.0.1",
                "client [fd00:89::2]: fd00:89::3", "client [2001:db8::1]:8080: fd00:89::1",
                "client [2001:db8::2]: 2001:db8::1", "client 192.0.2.2: 192.0.2.1", "0",
            ])
    }

    @Test("--internal: siblings only") func internalNetwork() throws {
        let lines = try PodmanHost.lines(
            """
            # It says that it makes internal networks without dnsname.
            pod network create --internal --subnet 10.89.0.0/24 net1 | tail -n 1
            web web --network net1; web client --network net1
            from_container client 10.89.0.2
            neighbour_listens; from_container client 192.0.2.2
            pod exec client ip route
            """)
        #expect(lines.prefix(3) == ["net1", "client 10.89.0.2: 10.89.0.3", "client 192.0.2.2: nothing"])
        #expect(lines.count == 4 && lines[3].hasPrefix("10.89.0.0/24 dev eth0"))
    }

    @Test("restart, and network reload after somebody flushed the ruleset", arguments: ["podman", "swnet"])
    func restartAndReload(maker: String) throws {
        let lines = try PodmanHost.lines(
            """
            maker=\(maker)
            if [ $maker = swnet ]; then swnet create net1 --subnet 10.89.0.0/24; else
                pod network create --subnet 10.89.0.0/24 net1; fi
            web web --network net1 -p 8080:80
            pod restart -t 0 web > $here/log; listens web; from_lan 192.0.2.1:8080
            address=$(address_of web eth0 4)
            pod network reload web > $here/log; from_lan 192.0.2.1:8080
            nft flush ruleset; from_lan 192.0.2.1:8080
            pod network reload --all > $here/log; from_lan 192.0.2.1:8080
            neighbour_listens; from_container web 192.0.2.2
            [ $address = $(address_of web eth0 4) ] && echo same address
            remove web; find /run/swnet/endpoints -type f; nft list ruleset | grep -c 8080
            """)
        let reached = "lan 192.0.2.1:8080: 192.0.2.2"
        #expect(
            lines == [
                "net1", reached, reached, "lan 192.0.2.1:8080: nothing", reached, "web 192.0.2.2: 192.0.2.1",
                "same address", "0",
            ])
    }

    @Test("a network of swnet create is listed and used like any other") func swnetNetwork() throws {
        let lines = try PodmanHost.lines(
            """
            swnet create mynet --subnet 10.90.0.0/24 --subnet fd00:90::/64
            pod network ls --format '{{.Name}} {{.Driver}}' | sort
            web web --network mynet -p 8080:80 -p 127.0.0.1:8081:80; web client --network mynet
            from_lan 192.0.2.1:8080; from_lan [2001:db8::1]:8080; from_host 127.0.0.1:8080; from_host [::1]:8080
            from_host 127.0.0.1:8081; from_lan 192.0.2.1:8081
            from_container client 10.90.0.2; from_container client [fd00:90::2]; from_container client 192.0.2.1:8080
            swnet ps | sed 's/  */ /g' | cut -d ' ' -f 1-5 | sort
            pod run -d --name late --network mynet -p 8080:80 bb sleep 9 | grep -o "already published by mynet"
            remove web client late; swnet ps | wc -l
            pod network rm mynet; ls /etc/cni/net.d | grep mynet
            """)
        #expect(
            lines == [
                "mynet", "mynet swnet", "podman bridge", "lan 192.0.2.1:8080: 192.0.2.2",
                "lan [2001:db8::1]:8080: 2001:db8::2", "host 127.0.0.1:8080: 10.90.0.1", "host [::1]:8080: fd00:90::1",
                "host 127.0.0.1:8081: 10.90.0.1", "lan 192.0.2.1:8081: nothing", "client 10.90.0.2: 10.90.0.3",
                "client [fd00:90::2]: fd00:90::3", "client 192.0.2.1:8080: 10.90.0.1",
                "NAME NETWORK INTERFACE ADDRESSES PORTS",
                "client mynet eth0 10.90.0.3 fd00:90::3", "web mynet eth0 10.90.0.2 fd00:90::2",
                "already published by mynet",
                "1", "mynet",
            ])
    }

    @Test("containers of Debian's plugins go on when ours take their place, and leave nothing") func swap() throws {
        let lines = try PodmanHost.lines(
            """
            use /usr/lib/cni
            pod network create --ipv6 --subnet 10.89.0.0/24 --subnet fd00:89::/64 net1
            web old --network net1 -p 8080:80; web other --network net1 -p 8081:80
            use $ours
            # Debian's gateway address is of no use until duplicate address detection is over.
            eventually sh -c '! ip -6 address show tentative | grep -q fd00'
            from_lan 192.0.2.1:8080; from_lan [2001:db8::1]:8081
            web new --network net1 -p 8082:80
            address_of new eth0 4; address_of new eth0 6; from_lan 192.0.2.1:8082; from_container new 10.89.0.2
            pod restart -t 0 other > $here/log; listens other; from_lan 192.0.2.1:8081
            remove old other new
            nft list ruleset 2> /dev/null | grep -c -e CNI-DN-........ -e 10.89.0. -e fd00:89
            ip -br link show type veth | grep -vc uplink
            find /var/lib/cni/networks -type f | grep -v -e last_reserved_ip -e /lock$
            """)
        #expect(
            lines == [
                "net1", "lan 192.0.2.1:8080: 192.0.2.2", "lan [2001:db8::1]:8081: 2001:db8::2", "10.89.0.4",
                "fd00:89::4",
                "lan 192.0.2.1:8082: 192.0.2.2", "new 10.89.0.2: 10.89.0.4", "lan 192.0.2.1:8081: 192.0.2.2", "0", "0",
            ])
    }

    @Test("containers find each other by name and by --network-alias on a network that Podman made") func names() throws
    {
        let lines = try PodmanHost.lines(
            """
            pod network create --subnet 10.89.0.0/24 net1; pod network create --subnet 10.90.0.0/24 net2
            grep -c dnsname /etc/cni/net.d/net1.conflist
            web web --network net1 --network-alias www; web client --network net1; web far --network net2
            pod exec client cat /etc/resolv.conf | grep -e nameserver -e search | head -n 2
            from_container client web; from_container client www; from_container client web.net1
            from_container far web
            remove web; from_container client web
            pod network connect --alias db net1 far; from_container client db; from_container far client
            remove client far; eventually sh -c '! pgrep -x swnet-dns'; find /run/swnet/endpoints /run/swnet/networks -type f
            """)
        #expect(
            lines == [
                "net1", "net2", "1", "search dns.podman", "nameserver 10.89.0.1", "client web: 10.89.0.3",
                "client www: 10.89.0.3", "client web.net1: 10.89.0.3", "far web: nothing", "client web: nothing",
                "client db: 10.89.0.3", "far client: 10.89.0.4",
            ])
    }
}
