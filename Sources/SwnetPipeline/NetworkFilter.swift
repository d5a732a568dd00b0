// SPDX-License-Identifier: Apache-2.0
package import NFTables
package import NetworkTypes

/// What the firewall has to know about a network, or as much of it as one CNI type of a chain knows.
///
/// Everything here adds to what is there already, so that `bridge`, `portmap` and `firewall` can each contribute.
package struct NetworkFilter: Hashable, Sendable {
    /// What may enter the network from outside its bridge, beside replies.
    package enum Ingress: String, CaseIterable, Sendable {
        /// No policy of ours.
        case none
        /// Published ports, for everybody but containers of other networks.
        case strict
        /// Published ports.
        case published
        /// Published ports, and everything from containers of other networks.
        case open
        /// Nothing, and nothing may leave.
        case `internal`
        /// Nothing from containers of other networks; the host's policy decides about the rest.
        case sameBridge
        /// As ``sameBridge``, and containers of the network reach only each other's published ports.
        case isolated
    }

    /// What containers of the network may do to each other.
    package enum InterContainer: Sendable {
        case open
        /// Only published ports are reachable. What the bridge forwards by itself passes here only with br_netfilter;
        /// the isolation of bridge ports has to go with it.
        case isolated
    }

    package let bridge: InterfaceName
    package let subnets: [IPPrefix]
    package let ingress: Ingress
    package let interContainer: InterContainer
    /// Whether the bridge has `route_localnet`, so that nobody on it may send to loopback addresses.
    package let guardsLoopback: Bool
    /// Whether loopback addresses of the host lead to published ports; see ``LoopbackAccess``.
    package let opensLoopback: Bool
    /// Nil when names are served where they are asked for, or not at all.
    package let redirect: ResolverRedirect?

    package init(
        bridge: InterfaceName, subnets: [IPPrefix] = [], ingress: Ingress = .none,
        interContainer: InterContainer = .open,
        guardsLoopback: Bool = false, opensLoopback: Bool = false, redirect: ResolverRedirect? = nil
    ) {
        self.bridge = bridge
        self.subnets = subnets
        self.ingress = ingress
        self.interContainer = ingress == .isolated ? .isolated : interContainer
        self.guardsLoopback = guardsLoopback
        self.opensLoopback = opensLoopback
        self.redirect = redirect
    }
}

extension NetworkFilter {
    /// True when only the subnets differ, which attachments of one network need not have in common.
    func hasSamePolicy(as other: NetworkFilter) -> Bool { adding(other.subnets) == other.adding(subnets) }

    /// The same filter for these subnets too.
    func adding(_ others: [IPPrefix]) -> NetworkFilter {
        with(Set(subnets + others).sorted { ($0.address, $0.length) < ($1.address, $1.length) })
    }

    /// The same filter without these subnets.
    func removing(_ others: Set<IPPrefix>) -> NetworkFilter { with(subnets.filter { !others.contains($0) }) }

    private func with(_ subnets: [IPPrefix]) -> NetworkFilter {
        NetworkFilter(
            bridge: bridge, subnets: subnets, ingress: ingress, interContainer: interContainer,
            guardsLoopback: guardsLoopback, opensLoopback: opensLoopback, redirect: redirect)
    }

    /// Adds what is not there yet.
    ///
    /// A policy that the bridge has already, if it is another one, is `EEXIST`.
    package func install() -> [Operation] {
        subnets.flatMap { Firewall.ipv4.addSubnet($0) + Firewall.ipv6.addSubnet($0) } + guarding + policing
            + (redirect?.install(on: bridge) ?? [])
    }

    /// Deletes everything that filters of this bridge and these subnets may have added. Not all of it need be there.
    package func withdraw() -> [Operation] {
        subnets.flatMap { Firewall.ipv4.deleteSubnet($0) + Firewall.ipv6.deleteSubnet($0) } + [
            Firewall.toNetwork.delete(bridge), Firewall.fromNetwork.delete(bridge), Firewall.networks.delete(bridge),
            Firewall.sameBridge.delete(path), Firewall.isolatedBridge.delete(path),
            Firewall.loopbackGuard.delete(bridge),
        ] + (redirect?.withdraw(from: bridge) ?? [])
    }

    private var path: Concat<InterfaceName, InterfaceName> { Concat(bridge, bridge) }

    private var guarding: [Operation] { guardsLoopback ? [Firewall.loopbackGuard.add(bridge)] : [] }

    /// Only additions: a transaction that deletes makes the close of its socket wait for the kernel's next grace period,
    /// some milliseconds. What another policy of the same bridge left is withdrawn by whoever changes the policy.
    private var policing: [Operation] {
        guard let chain = ingress.chain else { return [] }
        let reachable = interContainer == .open ? Firewall.sameBridge : Firewall.isolatedBridge
        return [Firewall.networks.add(bridge), reachable.add(path), Firewall.toNetwork.add(bridge, .jump(chain.name))]
            + (ingress == .internal ? [Firewall.fromNetwork.add(bridge, .jump(Firewall.leaveInternal.name))] : [])
    }
}

extension AddressSets {
    /// Nothing when `subnet` is of the other family.
    fileprivate func addSubnet(_ subnet: IPPrefix) -> [Operation] {
        guard let first = Address(subnet.first), let last = Address(subnet.last) else { return [] }
        return [sameNetwork.add(from: Concat(first, first), through: Concat(last, last))]
    }

    fileprivate func deleteSubnet(_ subnet: IPPrefix) -> [Operation] {
        guard let first = Address(subnet.first), let last = Address(subnet.last) else { return [] }
        return [sameNetwork.delete(from: Concat(first, first), through: Concat(last, last))]
    }
}
