// SPDX-License-Identifier: Apache-2.0
package import NFTables
package import NetworkTypes

/// What swnet owns in nftables: one `inet` table of constant rules. All that varies is an element of a set or map.
///
/// ADD and DEL therefore never list rules, match them or carry handles, and a packet's cost does not grow with the
/// number of containers.
package enum Firewall {
    package static let table = Table(.inet, "swnet", comment: "swnet container networks")

    /// The version of the rules below. Whoever changes a rule, a set or a chain raises it.
    package static let skeletonVersion = Mark(2)

    /// Holds the version of the rules that are loaded. An element can be exchanged in the very batch that exchanges the
    /// rules; the comment of a table, once made, cannot.
    package static let loadedSkeleton = NamedSet<Mark>("skeleton", comment: "version of the rules")

    /// Bridges whose incoming traffic is policed.
    package static let networks = NamedSet<InterfaceName>("networks", comment: "bridges under a policy")
    /// Bridges with `route_localnet`, where nobody may send to 127.0.0.0/8.
    package static let loopbackGuard = NamedSet<InterfaceName>("loopback_guard", comment: "bridges with route_localnet")
    /// Bridges from which questions about names go to another port.
    package static let redirected = NamedSet<InterfaceName>(
        "redirected", comment: "bridges with a resolver that is not on port 53")
    /// `bridge . bridge` of networks whose containers reach each other.
    package static let sameBridge = NamedSet<Concat<InterfaceName, InterfaceName>>("same_bridge")
    /// `bridge . bridge` of networks whose containers reach only each other's published ports.
    package static let isolatedBridge = NamedSet<Concat<InterfaceName, InterfaceName>>("isolated_bridge")
    /// What may enter a network.
    package static let toNetwork = NamedMap<InterfaceName, Verdict>("to_network", comment: "policy by bridge, entering")
    /// What may leave a network.
    package static let fromNetwork = NamedMap<InterfaceName, Verdict>(
        "from_network", comment: "policy by bridge, leaving")

    package static let ipv4 = AddressSets<IPv4Address>()
    package static let ipv6 = AddressSets<IPv6Address>()

    /// The transaction that adds what the filters say, where none of it is there yet.
    package static func installation(_ networks: [NetworkFilter], _ endpoints: [EndpointFilter]) -> Transaction {
        Transaction(table, networks.flatMap { $0.install() } + endpoints.flatMap { $0.install() })
    }

    /// Runs before connection tracking: after it, loopback addresses may be the work of our own translation.
    static let rawPrerouting = Chain("raw-prerouting", .init(.filter, .prerouting, .raw))
    static let prerouting = Chain("prerouting", .init(.nat, .prerouting, .destinationNAT))
    static let output = Chain("output", .init(.nat, .output, .destinationNAT))
    static let postrouting = Chain("postrouting", .init(.nat, .postrouting, .sourceNAT))
    static let forward = Chain("forward", .init(.filter, .forward, .filter))
    static let publish = Chain("publish")
    static let egress = Chain("egress")
    static let clampSegmentSize = Chain("clamp-mss")
    /// The administrator's: made once and never flushed.
    package static let userForward = Chain("user-forward")
    static let leaveInternal = Chain("leave-internal")
}

/// The sets and maps of one address family; their names end in its digit.
package struct AddressSets<Address: AddressDatum>: Sendable {
    /// `protocol . host port` on every address of the host.
    package let published: NamedMap<Concat<L4Protocol, Port>, Concat<Address, Port>>
    /// `host address . protocol . host port`.
    package let publishedAt: NamedMap<Concat<Address, Concat<L4Protocol, Port>>, Concat<Address, Port>>
    /// `gateway . protocol . port 53`, where questions about names really go; see ``ResolverRedirect``.
    package let resolver: NamedMap<Concat<Address, Concat<L4Protocol, Port>>, Concat<Address, Port>>
    /// `subnet . subnet`, one element for each subnet.
    package let sameNetwork: NamedSet<Concat<Address, Address>>
    /// Container addresses that leave the host as the host's own.
    package let masquerade: NamedSet<Address>
    /// Container addresses that leave the host as another fixed address.
    package let fixedSource: NamedMap<Address, Address>
    /// Container addresses that see connections of the host and of their own subnet, made to a published port, come from
    /// the bridge. Replies would bypass the host otherwise, or go to 127.0.0.1.
    package let hairpin: NamedSet<Address>
    /// Container addresses that see every connection to a published port come from the bridge.
    package let masqueradeAll: NamedSet<Address>

    init() {
        let digit = Address.family == .ipv4 ? "4" : "6"
        published = NamedMap("published\(digit)", comment: "ports on every address of the host")
        publishedAt = NamedMap("published\(digit)_at", comment: "ports on one address of the host")
        resolver = NamedMap("resolver\(digit)")
        sameNetwork = NamedSet("same_network\(digit)", isInterval: true)
        masquerade = NamedSet("masquerade\(digit)")
        fixedSource = NamedMap("snat\(digit)")
        hairpin = NamedSet("hairpin\(digit)")
        masqueradeAll = NamedSet("masquerade_all\(digit)")
    }
}
