// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// The machine's containerd on our plugins: `ctr run --cni`, which is go-cni over the CNI project's own library.
@Suite(.enabled(if: ContainerdHost.canRun, ContainerdHost.requirement))
struct InteropContainerdTests {
    private static let conflist = """
        cat > /etc/cni/net.d/10-net.conflist <<END
        {"cniVersion": "1.0.0", "name": "net", "plugins": [
            {"type": "bridge", "bridge": "cni0", "isDefaultGateway": true, "ipMasq": true, "hairpinMode": true,
             "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.90.0.0/24"}], [{"subnet": "fd00:90::/64"}]]}},
            {"type": "portmap", "capabilities": {"portMappings": true}}, {"type": "firewall"}, {"type": "tuning"}]}
        END

        """

    @Test("a container runs on a network, and leaves nothing when it ends", arguments: ["swnet", "chain"])
    func foreground(maker: String) throws {
        let making =
            maker == "swnet"
            ? "swnet create net --subnet 10.90.0.0/24 --subnet fd00:90::/64 > $here/log\n" : Self.conflist
        let lines = try ContainerdHost.lines(
            making + """
                run --rm first true > $here/log; snapshot > $here/before
                neighbour_listens
                run --rm one ip -o address show dev eth0 scope global | sed 's/.*inet6* //; s/ .*//'
                run --rm two busybox wget -q -O - http://192.0.2.2/cgi-bin/who
                snapshot > $here/after; diff $here/before $here/after && echo same
                """)
        #expect(lines == ["10.90.0.3/24", "fd00:90::3/64", "[::ffff:192.0.2.1]", "same"])
    }

    @Test("containers in the background reach each other; one that ended without DEL is in nobody's way")
    func background() throws {
        let lines = try ContainerdHost.lines(
            Self.conflist + """
                run -d web httpd -f -p 80 -h /www; listens 10.90.0.2
                from_host 10.90.0.2; from_host [fd00:90::2]
                run --rm client busybox wget -q -O - http://10.90.0.2/cgi-bin/who
                stop web > $here/log
                run -d web httpd -f -p 80 -h /www; listens 10.90.0.4
                swnet ps | sed 's/  */ /g' | cut -d ' ' -f 1,4,5
                from_host 10.90.0.4
                stop web > $here/log
                eventually sh -c '! ip -br link show type veth | grep -v uplink'
                """)
        #expect(
            lines == [
                "host 10.90.0.2: 10.90.0.1", "host [fd00:90::2]: fd00:90::1", "[::ffff:10.90.0.3]",
                "NAME ADDRESSES PORTS", "default-web 10.90.0.4 fd00:90::4", "host 10.90.0.4: 10.90.0.1",
            ])
    }
}
