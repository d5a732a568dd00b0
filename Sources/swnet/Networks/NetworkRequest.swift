// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// A network as somebody asks for it: what is missing is chosen.
struct NetworkRequest {
    let name: NetworkName
    var subnets: [IPPrefix] = []
    var gateways: [IPAddress] = []
    var ranges: [IPPrefix] = []
    var wantsIPv6 = false
    var isInternal = false
    var isolation = NetworkPlan.Isolation.strict
    var connectsContainers = true
    var mtu: Int?
    var names = NetworkPlan.Names.served(upstreams: [])
    var labels: [NetworkPlan.Label] = []
    var options: [DriverOption] = []
    var style = NetworkPlan.Style.single

    init(name: NetworkName) { self.name = name }

    /// The plan without what only the host decides.
    func plan(bridge: InterfaceName, subnets: [SubnetPlan]) throws(PlanError) -> NetworkPlan {
        var plan = NetworkPlan(name: name, bridge: bridge, subnets: subnets)
        plan.isInternal = isInternal
        plan.isolation = isolation
        plan.connectsContainers = connectsContainers
        plan.mtu = mtu
        plan.names = names
        plan.labels = labels
        plan.style = style
        for option in options { try plan.apply(option) }
        try plan.validate()
        return plan
    }
}
