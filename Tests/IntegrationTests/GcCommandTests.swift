// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: PrivateHost.canRun, PrivateHost.requirement)) struct GcCommandTests {
    /// Two containers as a runtime attaches them, in namespaces of their own, and a sandbox of ours.
    private static func attached(_ style: String) -> String {
        """
        style='\(style)'
        swnet create mynet --subnet 10.89.0.0/24 --subnet fd00:89::/64 $style >/dev/null
        swnet run --network mynet -- true
        plugins=$(dirname $(dirname $(command -v swnet)))/libexec/swnet
        # One plugin of the network, as a runtime runs it: verb, container, number in the chain.
        plugin() {
            list=$(echo /etc/cni/net.d/*-mynet.conflist)
            type=$(jq -r ".plugins[$3].type" $list)
            jq "{cniVersion, name} + .plugins[$3] + {prevResult: \\$previous,
                runtimeConfig: {portMappings: [{hostPort: $4, containerPort: 80, protocol: \\"tcp\\"}]}}" \\
                --argjson previous "$(cat /run/result-$2 2>/dev/null || echo null)" $list |
                CNI_COMMAND=$1 CNI_CONTAINERID=$2 CNI_NETNS=/run/netns/$2 CNI_IFNAME=eth0 CNI_PATH=$plugins $plugins/$type
        }
        # Attaches a container, publishing a port.
        attach() {
            ip netns add $1
            for number in $(seq 0 $(($(jq '.plugins | length' /etc/cni/net.d/*-mynet.conflist) - 1))); do
                plugin ADD $1 $number $2 > /run/added || cat /run/added; mv /run/added /run/result-$1
            done
        }
        attach stays 8001

        """
    }

    @Test("containers whose namespace is gone are detached, and nobody else", arguments: ["", "--chained"])
    func goneContainers(style: String) throws {
        let lines = try PrivateHost.lines(
            Self.attached(style) + """
                snapshot > /run/before
                attach goes 8002; ip netns delete goes
                swnet gc --dry-run; swnet gc --dry-run --format json > /run/plan
                swnet gc; swnet gc; echo $?
                eventually sh -c '[ $(ip -br link show type veth | wc -l) = 1 ]'
                snapshot | diff /run/before -; swnet ps | wc -l
                cat /run/plan
                """)
        #expect(
            lines.prefix(5) == [
                "container goes on network mynet is gone: to be detached",
                "container goes on network mynet was gone: detached", "Nothing to do.", "0", "2",
            ])
        let plan = try JSON(parsing: lines.dropFirst(5).joined(separator: "\n")).arrayValue
        #expect(plan?.first?.objectValue?["subject"] == "container goes on network mynet")
        #expect(plan?.first?.objectValue?["outcome"] == "planned")
    }

    @Test("what the configuration does not tell any more is found by the record", arguments: ["", "--chained"])
    func lostConfiguration(style: String) throws {
        let lines = try PrivateHost.lines(
            Self.attached(style) + """
                attach goes 8002; ip netns delete goes; ip netns delete stays; rm /etc/cni/net.d/*
                swnet gc
                find /run/swnet/endpoints /run/swnet/networks -type f; ls /var/lib/cni/networks/mynet | grep '^10'
                nft list table inet swnet | grep -c elements
                """)
        // The version of the rules is all that is left.
        #expect(
            lines == [
                "container goes on network mynet was gone: detached",
                "container stays on network mynet was gone: detached", "1",
            ])
    }

    @Test("leases, network records and elements that no attachment explains go", arguments: ["", "--chained"])
    func leftovers(style: String) throws {
        let lines = try PrivateHost.lines(
            Self.attached(style) + """
                snapshot > /run/before
                attach goes 8002; ip netns delete goes; rm /run/swnet/endpoints/mynet/goes*
                nft add element inet swnet networks '{ "br-gone" }'
                eventually sh -c '[ $(ip -br link show type veth | wc -l) = 1 ]'
                swnet gc | sed 's/element.*{/{/' | LC_ALL=C sort -u; swnet gc; snapshot | diff /run/before -
                ip netns delete stays; rm -r /run/swnet/endpoints/mynet
                swnet gc | sed 's/element.*{/{/' | LC_ALL=C sort -u; swnet gc
                """)
        #expect(lines.contains("address 10.89.0.4 of network mynet was leased to a container that is gone: given back"))
        #expect(lines.contains("nftables { tcp . 8002 } was of no attachment: deleted"))
        #expect(lines.contains("nftables { 10.89.0.4 } was of no attachment: deleted"))
        #expect(lines.contains("nftables { \"br-gone\" } was of no attachment: deleted"))
        #expect(lines.contains("network mynet was without containers: withdrawn from the firewall"))
        #expect(lines.contains("nftables { tcp . 8001 } was of no attachment: deleted"))
        #expect(lines.allSatisfy { $0.hasSuffix("given back") || $0.hasSuffix("deleted") || !$0.contains("{") })
        #expect(lines.count { $0 == "Nothing to do." } == 2)
        #expect(!lines.contains { $0.hasPrefix("<") || $0.hasPrefix(">") })
    }

    @Test("a sandbox whose supervisor was killed goes") func abandoned() throws {
        let lines = try PrivateHost.lines(
            Self.attached("") + """
                snapshot > /run/before
                swnet run --network mynet --name web -p 8080:80 -- sleep 60 & supervisor=$!
                eventually swnet exec web -- true
                swnet gc
                kill -9 $supervisor; wait $supervisor 2>/dev/null
                swnet gc --dry-run; swnet gc; swnet gc; snapshot | diff /run/before -
                """)
        #expect(
            lines == [
                "Nothing to do.", "sandbox web is without its 'swnet run': to be removed",
                "sandbox web was without its 'swnet run': removed", "Nothing to do.",
            ])
    }
}
