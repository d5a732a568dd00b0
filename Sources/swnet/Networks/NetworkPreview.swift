// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NFTables
internal import NetworkTypes
internal import SwnetPipeline

/// What a network would bring to this host, in the words of those who get it.
package struct NetworkPreview {
    private let plan: NetworkPlan
    private let path: String
    private let showsConstantRules: Bool

    /// - Parameters:
    ///   - path: Where the configuration would be.
    ///   - showsConstantRules: Also what all networks share.
    package init(_ plan: NetworkPlan, path: String, showsConstantRules: Bool = false) {
        self.plan = plan
        self.path = path
        self.showsConstantRules = showsConstantRules
    }

    /// The configuration, and the input of nft(8) that does what the first attachment will do.
    package var text: String {
        let constant = "# The constant rules, which all networks share:\n\(Firewall.skeleton())\n"
        return """
            # \(path)
            \(JSON.object(plan.configuration).text(.indented))

            \(showsConstantRules ? constant : "")# nftables, with the first container\
            \(showsConstantRules ? "" : ", beside the constant rules that --verbose shows"):
            \(Firewall.installation(networkFilters, endpointFilters))
            """
    }

    /// What the stages of the plugins plan for the network.
    private var networkFilters: [NetworkFilter] {
        let subnets = plan.subnets.map(\.subnet)
        guard plan.style == .chained else {
            let others = plan.connectsContainers ? NetworkFilter.InterContainer.open : .isolated
            return [
                NetworkFilter(
                    bridge: plan.bridge, subnets: subnets, ingress: ingress, interContainer: others,
                    guardsLoopback: true)
            ]
        }
        let known = NetworkFilter(bridge: plan.bridge, subnets: subnets)
        let policy = NetworkFilter(
            bridge: plan.bridge, ingress: plan.connectsContainers ? .sameBridge : .isolated)
        let isOpen = plan.connectsContainers && plan.isolation == .none
        return (translates ? [known] : []) + (isOpen ? [] : [policy])
    }

    private var ingress: NetworkFilter.Ingress {
        if plan.isInternal { return .internal }
        return switch plan.isolation {
        case .strict: .strict
        case .published: .published
        case .none: .open
        }
    }

    private var endpointFilters: [EndpointFilter] {
        let addresses = plan.subnets.compactMap(\.firstAddress)
        guard translates else { return plan.style == .chained ? [] : [EndpointFilter(addresses: addresses)] }
        let egress = plan.sources.isEmpty ? EndpointFilter.Egress.masquerade : .fixed(plan.sources)
        return [EndpointFilter(addresses: addresses, egress: egress)]
    }

    private var translates: Bool { !plan.isInternal && (plan.masquerades || !plan.sources.isEmpty) }
}

extension SubnetPlan {
    /// What the first container gets.
    fileprivate var firstAddress: IPAddress? {
        let first = range?.lowerBound ?? hosts.lowerBound
        return first == effectiveGateway ? first.advanced() : first
    }
}
