// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// Makes networks: chooses what was not asked for, and writes the configuration.
struct NetworkCreation {
    let layout: StateLayout
    /// Says why something was chosen.
    var explain: (String) -> Void = { _ in }

    /// One at a time, so that two never choose the same subnet.
    func create(_ request: NetworkRequest) throws -> NetworkPlan {
        do {
            return try layout.withSkeletonLock {
                var plan = try plan(request)
                plan.created = Timestamp.now()
                try NetworkRemovalMark(of: request.name, layout).forget()
                _ = try NetworkStore(layout).create(
                    request.name, number: Self.fileNumber, configuration: plan.configuration)
                return plan
            }
        } catch LockedError<any Error>.state(let error) { throw error } catch LockedError<any Error>.body(let error) {
            throw error
        }
    }

    /// High, because containerd and others take the file with the lowest number for their default network.
    static let fileNumber = 90

    /// What ``create(_:)`` would make of the request at this moment.
    func plan(_ request: NetworkRequest) throws -> NetworkPlan {
        let listing = try NetworkStore(layout).list()
        for failure in listing.failures { Terminal.warn("\(failure)") }
        if let present = listing.file(of: request.name) { throw StateError.exists(request.name, present.path) }
        let wantedBridge = try DriverOption.bridge(in: request.options)
        let host = try HostAddressing(listing, butNot: wantedBridge)
        let bridge = try wantedBridge ?? freeBridge(for: request.name, on: host)
        let subnets = try subnetPlans(request, avoiding: host.prefixes)
        var plan = try request.plan(bridge: bridge, subnets: subnets)
        if wantedBridge != nil { plan.adoptsBridge = try isPresent(bridge, on: host) }
        if plan.style == .chained { try settleNames(&plan) }
        return plan
    }

    private func freeBridge(for name: NetworkName, on host: HostAddressing) throws -> InterfaceName {
        guard let bridge = BridgeName.free(for: name, taken: host.interfaces) else {
            throw Failure("no bridge name is left for \(name): choose another name")
        }
        return bridge
    }

    /// Whether the host has this bridge already, for other purposes.
    private func isPresent(_ bridge: InterfaceName, on host: HostAddressing) throws(PlanError) -> Bool {
        if let network = host.bridges[bridge] { throw .bridgeTaken(bridge, by: "network \(network)") }
        guard let kind = host.links[bridge.text] else { return false }
        guard kind == .bridge else { throw .bridgeTaken(bridge, by: "an interface of this host that is no bridge") }
        return true
    }

    /// Names of a chain are the work of a plugin that need not be installed.
    private func settleNames(_ plan: inout NetworkPlan) throws {
        guard case .served(let upstreams) = plan.names, !Self.hasNamePlugin(PluginPath.current) else { return }
        guard upstreams.isEmpty else {
            throw Failure("--dns-upstream with --chained needs the plugin dnsname, which is not installed")
        }
        explain("plugin dnsname is not installed, so containers will not find each other by name")
        plan.names = .none
    }

    /// Whether `dnsname` is beside the other plugins; ours needs the resolver beside itself.
    private static func hasNamePlugin(_ places: [FilePath]) -> Bool {
        guard let place = places.first(where: { File.exists($0.appending("bridge")) }) else { return false }
        let plugin = place.appending("dnsname")
        guard File.exists(plugin) else { return false }
        guard let target = File.target(ofLink: plugin), target.lastComponent == "swnet-cni" else { return true }
        return File.exists(place.pushing(target).removingLastComponent().appending("swnet-dns"))
    }

    private func subnetPlans(_ request: NetworkRequest, avoiding used: [UsedPrefix]) throws -> [SubnetPlan] {
        var plans = try request.subnets.map { subnet in
            try requireFree(subnet, of: used)
            return try SubnetPlan(subnet)
        }
        if plans.isEmpty { plans.append(try chosen(.ipv4, avoiding: used)) }
        if request.wantsIPv6, !plans.families.contains(.ipv6) { plans.append(try chosen(.ipv6, avoiding: used)) }
        try plans.assign(gateways: request.gateways)
        try plans.assign(ranges: request.ranges)
        return plans
    }

    /// Throws when somebody has addresses of `subnet` already. A route to more than that is no reason: who asks for a
    /// subnet by number may carve it out of a larger network.
    private func requireFree(_ subnet: IPPrefix, of used: [UsedPrefix]) throws(PlanError) {
        let clashes = used.filter { $0.prefix.length > 1 && $0.prefix.overlaps(subnet) }
        let isLarger = { (one: UsedPrefix) in one.owner == .route && one.prefix.length < subnet.length }
        if let clash = clashes.first(where: { !isLarger($0) }) { throw .overlap(subnet, clash) }
        for route in clashes where isLarger(route) {
            Terminal.warn("subnet \(subnet) takes addresses of \(route): the host will not reach those elsewhere")
        }
    }

    private func chosen(_ family: IPFamily, avoiding used: [UsedPrefix]) throws -> SubnetPlan {
        let avoided = used.filter { $0.prefix.family == family && $0.prefix.length > 1 }
            .sorted { ($0.prefix.address, $0.prefix.length) < ($1.prefix.address, $1.prefix.length) }
        for one in avoided { explain("avoided \(one)") }
        let machine = family == .ipv6 ? try MachineIdentity.current() : nil
        let space = SubnetPool.localSpace(of: machine)
        let subnet =
            family == .ipv4
            ? SubnetPool.freeIPv4(avoiding: used) : space.flatMap { SubnetPool.freeIPv6(avoiding: used, of: $0) }
        guard let subnet else { throw PlanError.noFreeSubnet(family) }
        let place = family == .ipv6 ? space.map { "\($0), this host's own space" } : nil
        explain("chose \(subnet), the first free subnet of \(place ?? SubnetPool.ipv4Pools.joined(separator: ", "))")
        return try SubnetPlan(subnet)
    }
}
