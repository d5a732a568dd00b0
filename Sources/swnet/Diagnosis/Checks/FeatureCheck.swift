// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes

enum FeatureCheck: Check {
    static let name = "kernel"
    static let expectation = "the kernel has what the networks need: bridge, veth, nftables"
    static let sources = [HostFacts.Source.features]

    static let nftablesModules = "modprobe -a nf_tables nft_chain_nat nft_ct nft_fib_inet nft_masq nft_nat"

    static func findings(in facts: HostFacts) -> [Finding] {
        facts.missingFeatures.flatMap { feature -> [Finding] in
            switch feature {
            case .bridge: [missing("bridges (CONFIG_BRIDGE)", command: "modprobe bridge")]
            case .veth: [missing("veth pairs (CONFIG_VETH)", command: "modprobe veth")]
            case .nftables:
                [missing("a part of nftables (NAT, fib, conntrack) that every network needs", command: nftablesModules)]
            case .portIsolation:
                users(of: ["portIsolation": true, "interContainer": false], facts).map { network in
                    unusable(network, "keeps its containers apart", "isolation of bridge ports (Linux 4.18)")
                }
            case .vlanFiltering:
                facts.networks.filter { $0.plugins.contains { $0["vlan"] != nil || $0["vlanTrunk"] != nil } }.map {
                    unusable($0, "has a VLAN", "CONFIG_BRIDGE_VLAN_FILTERING")
                }
            case .bridgeNFTables:
                users(of: ["macspoofchk": true, "macSpoofCheck": true], facts).map { network in
                    unusable(network, "checks MAC addresses", "CONFIG_NF_TABLES_BRIDGE")
                }
            }
        }
    }

    private static func missing(_ what: String, command: String) -> Finding {
        Finding(.error, "this kernel lacks \(what), so nothing can be attached", command: command)
    }

    private static func unusable(_ network: NetworkFacts, _ wish: String, _ need: String) -> Finding {
        Finding(
            .error, network.name,
            "\(network.name) \(wish), which takes a kernel with \(need), so nothing can be attached to it",
            command: network.renewal)
    }

    /// Networks that have one of the keys with this value.
    private static func users(of keys: [String: JSON], _ facts: HostFacts) -> [NetworkFacts] {
        facts.networks.filter { network in
            network.plugins.contains { plugin in keys.contains { plugin[$0.key] == $0.value } }
        }
    }
}
