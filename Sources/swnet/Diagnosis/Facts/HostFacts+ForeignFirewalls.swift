// SPDX-License-Identifier: Apache-2.0
internal import NFTables
internal import NetworkTypes

extension HostFacts {
    /// Other programs that filter packets here, by what they are known to name their chains.
    package var foreignFirewalls: [String] {
        let found = Set(foreignTables.compactMap(\.owner))
        let legacy = legacyTables.values.contains { $0.contains("filter") } ? ["iptables-legacy"] : []
        return found.sorted() + legacy
    }
}

extension TableContent {
    /// The program whose table it is; nil when it is an administrator's own, or unknown.
    package var owner: String? {
        if table.name == "firewalld" { return "firewalld" }
        let marks = [
            ("ufw-before-forward", "ufw"), ("ufw6-before-forward", "ufw"), ("DOCKER-USER", "Docker"),
            ("DOCKER", "Docker"), ("DOCKER-FORWARD", "Docker"), ("KUBE-FORWARD", "Kubernetes"),
            ("ts-forward", "Tailscale"), ("LIBVIRT_FWI", "libvirt"),
        ]
        return marks.first { mark in
            rules[mark.0] != nil || rules.values.joined().contains { $0.verdicts.contains { $0.chain == mark.0 } }
        }?.1
    }
}
