// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes

/// The kernel drops answers from `::1` that bridge netfilter has seen, as if they came from outside.
enum BridgeNetfilterCheck: Check {
    static let name = "bridge-netfilter"
    static let expectation = "bridges do not hand IPv6 to the firewall where ports are published at [::1]"
    static let sources = [HostFacts.Source.state, .settings]

    static func findings(in facts: HostFacts) -> [Finding] {
        let key = Sysctl("net/bridge/bridge-nf-call-ip6tables")
        guard facts.settings[key.key] == "1" else { return [] }
        return facts.networksInUse.filter { $0.reachesLoopback(.ipv6) }.map { network in
            Finding(
                .warning, network.name,
                "ports published on \(network.name) do not answer at [::1], because bridges hand IPv6 to the firewall here",
                command: Sysctl.command([(key, "0")]))
        }
    }
}
