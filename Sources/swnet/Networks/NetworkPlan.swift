// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem
package import NetworkTypes

/// A network as a person asked for it, complete and consistent.
package struct NetworkPlan: Hashable, Sendable {
    /// Who may open connections to containers of the network. design.md section 3.
    package enum Isolation: String, CaseIterable, Sendable {
        case strict
        case published
        case none
    }

    /// What the configuration is made of.
    package enum Style: Hashable, Sendable {
        /// The one type `swnet`.
        case single
        /// The chain of the reference plugins, which runs on theirs as well as on ours.
        case chained
    }

    /// A label with its value.
    package struct Label: Hashable, Sendable {
        package let key: String
        package let value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }

        /// Parses `KEY=VALUE`. The value may be empty.
        package init?(_ text: String) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            (key, value) = (String(parts[0]), String(parts[1]))
        }
    }

    /// Who answers for the names of the network's containers.
    package enum Names: Hashable, Sendable {
        case none
        /// Asks these about everything else; the host's resolvers when there are none.
        case served(upstreams: [IPAddress])
    }

    package let name: NetworkName
    package var bridge: InterfaceName
    package let subnets: [SubnetPlan]
    /// No way out: no default route and no address translation.
    package var isInternal = false
    package var isolation = Isolation.strict
    /// Whether containers of the network reach each other.
    package var connectsContainers = true
    /// Whether connections that leave the host get the host's address, where there is no other fixed one.
    package var masquerades = true
    /// With which address of their family connections leave the host instead.
    package var sources: [IPAddress] = []
    /// In bytes; nil for that of the way out.
    package var mtu: Int?
    package var vlan: Int?
    /// Metric of the default routes; nil for the kernel's.
    package var metric: Int?
    package var hasDefaultRoute = true
    package var checksMAC = false
    package var names = Names.served(upstreams: [])
    package var labels: [Label] = []
    package var style = Style.single
    /// Nil in plans that are not carried out.
    package var created: Timestamp?
    /// Whether the bridge is another program's, which removing the network leaves alone.
    package var adoptsBridge = false

    package init(name: NetworkName, bridge: InterfaceName, subnets: [SubnetPlan]) {
        self.name = name
        self.bridge = bridge
        self.subnets = subnets
    }

    /// Smallest MTU: 1280 where there is IPv6 (RFC 8200 section 5), else 68 (RFC 791).
    package static func mtuRange(_ families: Set<IPFamily>) -> ClosedRange<Int> {
        (families.contains(.ipv6) ? 1280 : 68)...65535
    }

    /// Throws what no configuration can express.
    package func validate() throws(PlanError) {
        for (position, one) in subnets.enumerated() {
            if let other = subnets.dropFirst(position + 1).first(where: { $0.subnet.overlaps(one.subnet) }) {
                throw .overlappingSubnets(one.subnet, other.subnet)
            }
        }
        let range = Self.mtuRange(subnets.families)
        if let mtu, !range.contains(mtu) { throw .mtuOutOfRange(mtu, range) }
        if case .served(let upstreams) = names, !upstreams.isEmpty, isInternal { throw .uselessUpstreams }
        if let source = sources.first(where: { !subnets.families.contains($0.family) }) {
            throw .noSubnet(source.description, option: "--option for the source address")
        }
        if style == .chained, let option = unchainable { throw .notChainable(option) }
    }

    /// What the reference plugins have no key for.
    private var unchainable: String? {
        if isolation == .published { return "--isolation published" }
        if !sources.isEmpty { return "a fixed source address" }
        if metric != nil { return "a metric" }
        return nil
    }
}
