// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Containers of the machine's Podman on networks that it was not told of.
@Suite(.enabled(if: PodmanHost.canRun, PodmanHost.requirement)) struct PodmanConnectTests {
    @Test("connect, ports, exec and disconnect; podman rm, then the next swnet, leave nothing") func container() throws
    {
        let lines = try PodmanHost.lines(
            SandboxCommandTests.network + """
                pod network create --disable-dns --subnet 10.89.1.0/24 net1 > $here/log
                network two --subnet 10.90.0.0/24
                web peer --network two; web first --network net1; remove first
                swnet run --network two -- true; snapshot > $here/before
                web box --network net1 -p 8080:80
                swnet connect two box --interface second -p 9090:80
                from_container box 10.90.0.2; from_lan 192.0.2.1:8080; from_lan 192.0.2.1:9090
                swnet port box
                swnet exec box -- ls /sys/class/net | tr '\\n' ' '; echo
                swnet exec $(cut -c 1-12 $here/id) -- ip -o -4 address show dev second | grep -c 10.90.0
                swnet disconnect two box; from_lan 192.0.2.1:9090; from_container box 10.90.0.2
                swnet connect two box; remove box
                swnet ps --all | awk '$1 == "box" { print $2, $NF }'
                swnet run --network none -- true
                snapshot | diff $here/before -
                """)
        #expect(
            lines == [
                "box 10.90.0.2: 10.90.0.4", "lan 192.0.2.1:8080: 192.0.2.2", "lan 192.0.2.1:9090: 192.0.2.2",
                "80/tcp -> 0.0.0.0:8080", "80/tcp -> 0.0.0.0:9090", "eth0 lo second ", "1",
                "lan 192.0.2.1:9090: nothing", "box 10.90.0.2: nothing", "two gone",
            ])
    }

    @Test("containers on plugins of others are shown when asked for, and left alone") func foreign() throws {
        let lines = try PodmanHost.lines(
            """
            use /usr/lib/cni
            pod network create --disable-dns --subnet 10.89.1.0/24 net1 > $here/log
            web box --network net1 -p 8080:80
            swnet ps | wc -l
            swnet ps --all | awk '{ print $1, $2, $3, $4, $5, $6 }'
            swnet ps --filter condition=foreign --format json | grep -e condition -e '"name"'
            remove box; swnet ps --all | wc -l
            """)
        #expect(
            lines == [
                "1", "NAME NETWORK INTERFACE ADDRESSES PORTS UP", "box net1 eth0 10.89.1.2 8080->80/tcp foreign",
                "        \"name\": \"box\",", "        \"condition\": \"foreign\",", "1",
            ])
    }
}
