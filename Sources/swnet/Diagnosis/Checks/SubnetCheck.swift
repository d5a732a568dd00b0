// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

enum SubnetCheck: Check {
    static let name = "subnets"
    static let expectation = "no subnet overlaps another network's or the host's own"
    static let sources = [HostFacts.Source.state, .interfaces]

    static func findings(in facts: HostFacts) -> [Finding] {
        var findings: [Finding] = []
        for (position, one) in facts.networks.enumerated() {
            findings += facts.networks.dropFirst(position + 1).compactMap { overlap(one, $0) }
            findings += one.subnets.compactMap { overlap(one, $0, facts) }
        }
        return findings
    }

    /// Networks on one bridge share their subnet on purpose.
    private static func overlap(_ one: NetworkFacts, _ other: NetworkFacts) -> Finding? {
        if let bridge = one.bridge, bridge == other.bridge { return nil }
        let pairs = one.subnets.flatMap { subnet in other.subnets.map { (subnet, $0) } }
        guard let (subnet, second) = pairs.first(where: { $0.overlaps($1) }) else { return nil }
        let areBothUsed = !one.living.isEmpty && !other.living.isEmpty
        // The one to be made anew is rather one that nobody uses.
        let loser = other.living.isEmpty || !one.living.isEmpty ? other : one
        return Finding(
            areBothUsed ? .error : .warning, loser.name,
            "networks \(one.name) (\(subnet)) and \(other.name) (\(second)) overlap, so only one of them can be reached",
            command: loser.renewal)
    }

    private static func overlap(_ network: NetworkFacts, _ subnet: IPPrefix, _ facts: HostFacts) -> Finding? {
        let bridges = Set(facts.networks.flatMap(\.bridges).compactMap { facts.link(named: $0)?.index })
        let foreign = facts.addresses.filter { address in
            !bridges.contains(address.interface) && !address.prefix.address.isLinkLocal
                && address.prefix.overlaps(subnet) && address.prefix.length > 0
        }
        guard let address = foreign.first, let link = facts.link(address.interface) else { return nil }
        return Finding(
            .error, network.name,
            "\(link.name) has the address \(address.prefix), which overlaps subnet \(subnet) of \(network.name), so one "
                + "of the two cannot be reached",
            command: network.renewal)
    }
}
