// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Networks on a host where another program drops what it does not know.
@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct CoexistenceTests {
    /// A host with a LAN neighbour who has a web server and knows the way to the containers, and another program's filter.
    private static func host(_ rival: Rival?) -> String {
        """
        ip netns add lan; ip link add uplink type veth peer name uplink netns lan
        ip address add 192.0.2.1/24 dev uplink; ip address add 2001:db8::1/64 dev uplink nodad; ip link set uplink up
        ip netns exec lan sh -c 'ip address add 192.0.2.2/24 dev uplink; ip address add 2001:db8::2/64 dev uplink nodad
            ip link set uplink up; ip route add 10.89.0.0/24 via 192.0.2.1; ip route add fd00:89::/64 via 2001:db8::1
            busybox httpd -p 80 -h /run/www'
        eventually ping -c 1 -W 1 2001:db8::2
        \(rival?.setup ?? "")
        # The rules of other programs.
        others() { nft --stateless list ruleset 2>/dev/null | sed '/^table inet swnet {/,/^}/d'; }
        others > /run/rival
        swnet create mynet --subnet 10.89.0.0/24 --subnet fd00:89::/64 $style >/dev/null
        start() {
            swnet run --network mynet --name web -p 8080:80 -- busybox httpd -f -p 80 -h /run/www & supervisor=$!
            eventually swnet exec web -- busybox wget -q -O - http://127.0.0.1/
        }
        # What the LAN gets of the container, and the container of the LAN: published, published, direct, out, out.
        paths() {
            for place in 192.0.2.1:8080 [2001:db8::1]:8080 10.89.0.2; do
                ip netns exec lan timeout 3 busybox wget -q -O - http://$place 2>/dev/null || echo nothing
            done
            for place in 192.0.2.2 [2001:db8::2]; do
                swnet exec web -- timeout 3 busybox wget -q -O - http://$place 2>/dev/null || echo nothing
            done
        }

        """
    }

    private static let open = ["hello", "hello", "nothing", "hello", "hello"]

    @Test(
        "what the network needs passes, the other program goes on, and everything is withdrawn",
        arguments: Rival.allCases,
        ["", "--chained"])
    func passes(rival: Rival, style: String) throws {
        let lines = try PrivateHost.lines(
            "style=\(style)\n" + Self.host(rival) + """
                start; paths
                others | grep -c 'swnet network mynet' > /run/count; grep -q '^[1-9]' /run/count || echo none
                (\(rival.listing)) > /run/listing 2>&1; echo $?; grep -c -i incompatible /run/listing
                swnet repair
                swnet run --network mynet -- true; others | grep -c 'swnet network mynet' | cmp - /run/count
                kill $supervisor; wait $supervisor 2>/dev/null
                others | diff /run/rival - && echo withdrawn
                """)
        #expect(lines == Self.open + ["0", "0", "Nothing to do.", "withdrawn"])
    }

    @Test("what others reject explicitly stays rejected") func explicitDrop() throws {
        let lines = try PrivateHost.lines(
            Self.host(.policy) + """
                iptables -A FORWARD -d 192.0.2.2 -p tcp --dport 80 -j DROP
                start; paths
                iptables -S FORWARD
                """)
        #expect(lines.prefix(5) == ["hello", "hello", "nothing", "nothing", "hello"])
        #expect(
            Array(lines.dropFirst(5)) == [
                "-P FORWARD DROP", "-A FORWARD -d 192.0.2.2/32 -p tcp -m tcp --dport 80 -j DROP",
                "-A FORWARD -i sw-mynet -m comment --comment \"swnet network mynet\" -j ACCEPT",
                "-A FORWARD -o sw-mynet -m conntrack --ctstate RELATED,ESTABLISHED -m comment "
                    + "--comment \"swnet network mynet\" -j ACCEPT",
                "-A FORWARD -o sw-mynet -m conntrack --ctstate DNAT -m comment --comment \"swnet network mynet\" "
                    + "-j ACCEPT",
            ])
    }

    @Test("repair opens what came later, and again what a reload closed", arguments: Rival.allCases)
    func repair(rival: Rival) throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.host(nil) + """
                start
                \(rival.setup)
                swnet exec web -- timeout 1 busybox wget -q -O - http://192.0.2.2
                swnet repair --dry-run > /run/plan; swnet repair > /run/steps
                sed 's/is closed/was closed/; s/: to be/:/' /run/plan | diff /run/steps - && grep -v closed /run/steps
                swnet repair; paths
                \(rival.reload)
                others > /run/rival
                swnet repair | grep -v -e closed -e 'table inet swnet'; paths; swnet repair
                kill $supervisor; wait $supervisor 2>/dev/null
                others | diff /run/rival - && echo withdrawn
                """)
        let expected = ["Nothing to do."] + Self.open + Self.open + ["Nothing to do.", "withdrawn"]
        #expect(lines == expected)
    }

    @Test(
        "questions about names reach the host where it drops, also at another port", arguments: Rival.allCases,
        [53, 54])
    func names(rival: Rival, port: Int) throws {
        let lines = try PrivateHost.lines(
            "style=\n" + Self.host(rival) + """
                [ \(port) = 53 ] || { sleep 60 | busybox nc -l -p 53 & eventually sh -c 'ss -tln | grep -q :53'; }
                start
                for gateway in 10.89.0.1 fd00:89::1; do
                    swnet exec web -- timeout 5 busybox nslookup -type=a web.mynet.swnet.internal $gateway |
                        grep -o '10.89.0.2'
                done
                kill $supervisor; wait $supervisor 2>/dev/null
                others | diff /run/rival - && echo withdrawn
                """)
        #expect(lines == ["10.89.0.2", "10.89.0.2", "withdrawn"])
    }

    @Test("an internal network gets through to nobody, and its containers to each other") func internalNetwork() throws
    {
        let lines = try PrivateHost.lines(
            Self.host(.policy) + """
                swnet create inner --subnet 10.90.0.0/24 --internal >/dev/null
                swnet run --network inner --name alone -- sleep 60 &
                eventually swnet exec alone -- true
                iptables -S FORWARD
                """)
        #expect(
            lines == [
                "-P FORWARD DROP",
                "-A FORWARD -i sw-inner -o sw-inner -m comment --comment \"swnet network inner\" -j ACCEPT",
            ])
    }

    @Test("rm finds rules whose record is lost, and gc too", arguments: ["swnet rm mynet", "swnet gc"])
    func lostRecord(command: String) throws {
        let lines = try PrivateHost.lines(
            Self.host(.docker) + """
                start; kill -9 $supervisor; wait $supervisor 2>/dev/null
                umount -l /run/swnet/sandboxes/*.netns; rm -r /run/swnet
                eventually sh -c '! ip -br link show type veth | grep "^veth"'
                \(command) >/dev/null; others | diff /run/rival - && echo withdrawn
                """)
        #expect(lines == ["withdrawn"])
    }
}
