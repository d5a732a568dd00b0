// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes

enum ForwardingCheck: Check {
    static let name = "forwarding"
    static let expectation = "the host routes for every network that leads out"
    static let sources = [HostFacts.Source.state, .interfaces, .settings]

    static func findings(in facts: HostFacts) -> [Finding] {
        IPFamily.allCases.flatMap { family -> [Finding] in
            let routed = facts.networksInUse.filter { network in
                network.isGateway && !network.isInternal && network.families.contains(family)
            }
            guard !routed.isEmpty else { return [] }
            let key = Sysctl.forwarding(family)
            guard facts.settings[key.key] == "1" else { return [switchedOff(family, key, routed, facts)] }
            return family == .ipv4 ? interfaces(of: routed, facts) : []
        }
    }

    private static func switchedOff(
        _ family: IPFamily, _ key: Sysctl, _ networks: [NetworkFacts], _ facts: HostFacts
    ) -> Finding {
        Finding(
            .error, networks.count == 1 ? networks[0].name : nil,
            "this host does not route \(family.title), so containers of \(networks.map(\.name.text).enumeration) reach "
                + "nothing beyond it, and nothing there reaches their published ports",
            command: Sysctl.command(keepingAdvertisements(family, facts) + [(key, "1")]))
    }

    /// A router does not listen to other routers unless it is told to, and would lose the default route that it has from
    /// one.
    private static func keepingAdvertisements(_ family: IPFamily, _ facts: HostFacts) -> [(Sysctl, String)] {
        guard family == .ipv6, let uplink = facts.uplink(.ipv6) else { return [] }
        let isAdvertised = facts.routes.contains {
            $0.isDefault && $0.interface == uplink.index && $0.origin == .routerAdvertisement
        }
        return isAdvertised ? [(.interface(uplink.name, .ipv6, "accept_ra"), "2")] : []
    }

    /// IPv4 has a switch for what comes in by each interface, too.
    private static func interfaces(of networks: [NetworkFacts], _ facts: HostFacts) -> [Finding] {
        let entries = networks.flatMap(\.bridges) + [facts.uplink(.ipv4)?.name].compactMap(\.self)
        return Set(entries).sorted().filter { facts.setting($0, .ipv4, "forwarding") == "0" }.map { name in
            Finding(
                .error, "this host does not route IPv4 packets that come in by \(name)",
                command: Sysctl.command([(.interface(name, .ipv4, "forwarding"), "1")]))
        }
    }
}

extension Sysctl {
    /// A command that sets keys.
    static func command(_ values: [(Sysctl, String)]) -> String {
        "sysctl -w " + values.map { "\($0.0.text)=\($0.1)" }.joined(separator: " ")
    }

    /// With dots, as people write it, unless a part of it has some.
    private var text: String { key.contains(".") ? key : key.split(separator: "/").joined(separator: ".") }
}
