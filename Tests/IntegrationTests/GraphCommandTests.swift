// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct GraphCommandTests {
    private static let scene = """
        hostname demo
        ip link add eth0 type veth peer name far; ip address add 192.0.2.1/24 dev eth0
        ip link set eth0 up; ip link set far up; ip route add default via 192.0.2.254
        swnet create mynet --subnet 10.89.0.0/24 >/dev/null
        swnet create apart --subnet 10.90.0.0/24 --internal --no-inter-container >/dev/null
        echo '{"cniVersion": "1.0.0", "name": "other", "plugins": [{"type": "bridge", "bridge": "cni0", "ipMasq": true}]}' \\
            > /etc/cni/net.d/10-other.conflist
        ip link add cni0 type bridge; ip address add 10.91.0.1/24 dev cni0
        ip link add veth-other type veth peer name far2; ip link set veth-other master cni0
        swnet run --network mynet --name web -p 8080:80 -- sleep 60 &
        eventually swnet exec web -- true

        """

    @Test("text: networks, uplink, endpoints, and what is not ours") func text() throws {
        let lines = try PrivateHost.lines(Self.scene + "swnet graph")
        #expect(
            lines == [
                "host demo", "├─ uplink eth0  192.0.2.1/24 via 192.0.2.254",
                "├─ network apart  swnet [internal, containers apart]", "│  bridge sw-apart  absent",
                "│  └─ nothing attached", "├─ network mynet  swnet", "│  bridge sw-mynet  up, MTU 1500 10.89.0.1/24",
                "│  └─ web  10.89.0.2  8080->80/tcp", "└─ network other  bridge [foreign]",
                "   bridge cni0  down, MTU 1500 10.91.0.1/24", "   └─ not on record:  veth-other",
            ])
    }

    @Test("one network, in each format") func formats() throws {
        let lines = try PrivateHost.lines(
            Self.scene + """
                swnet graph mynet --format svg | grep -c 'network mynet'
                swnet graph mynet --format dot | head -n 1; swnet graph mynet --format mermaid | head -n 1
                swnet graph nosuch; echo $?
                swnet graph mynet --format json
                """)
        #expect(lines[..<3] == ["1", "graph swnet {", "flowchart LR"])
        #expect(lines[3].hasPrefix("Error: there is no network nosuch") && lines[4] == "1")
        let graph = try #require(try JSON(parsing: lines[5...].joined(separator: "\n")).objectValue)
        let networks = (graph["networks"]?.arrayValue ?? []).compactMap(\.objectValue)
        #expect(networks.map { $0["name"] } == ["mynet"])
        let endpoint = networks.first?["endpoints"]?.arrayValue?.first?.objectValue
        #expect(endpoint?["addresses"] == ["10.89.0.2"])
        #expect(endpoint?["ports"] == [["host": "8080", "container": "80/tcp"]])
    }

    @Test("it takes no privilege to look") func unprivileged() throws {
        let lines = try PrivateHost.lines(
            Self.scene + "setpriv --reuid 65534 --clear-groups swnet graph | grep -c -e web -e other")
        #expect(lines == ["3"])
    }
}
