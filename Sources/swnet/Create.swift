// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// `swnet create`: a network that every CNI runtime can use.
struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a network.",
        discussion: """
            Writes a CNI configuration and prints the network's name. Nothing changes in the kernel until the first \
            container is attached. Without --subnet a free IPv4 subnet is chosen that overlaps no route, address, name \
            server or other network of this host.

            Examples:

              swnet create mynet
              swnet create mynet --subnet 10.44.0.0/24 --subnet fd00:44::/64
              swnet create backend --internal --ipv6
            """)

    @Argument(help: "Name of the network: letters, digits, '_', '.' and '-'.", completion: .list([]))
    var name: NetworkName
    @Option(name: .customLong("subnet"), help: ArgumentHelp("Subnet, IPv4 or IPv6; repeatable.", valueName: "cidr"))
    var subnets: [IPPrefix] = []
    @Option(
        name: .customLong("gateway"),
        help: ArgumentHelp(
            "Address of this host in the subnet around it (default: the first); repeatable.", valueName: "ip"))
    var gateways: [IPAddress] = []
    @Option(
        name: .customLong("ip-range"),
        help: ArgumentHelp("Part of a subnet to take container addresses from; repeatable.", valueName: "cidr"))
    var ranges: [IPPrefix] = []
    @Flag(help: "Give the network an IPv6 subnet too.")
    var ipv6 = false
    @Flag(help: "No way out: no default route, no address translation.")
    var `internal` = false
    @Option(help: "Who else may connect in: strict (nobody), published (to published ports), none (everybody).")
    var isolation = NetworkPlan.Isolation.strict
    @Flag(help: "Containers of the network do not reach each other.")
    var noInterContainer = false
    @Option(help: ArgumentHelp("Packet size in bytes (default: that of the way out).", valueName: "bytes"))
    var mtu: Int?
    @Option(
        name: .customLong("label"),
        help: ArgumentHelp("Label, kept in the configuration; repeatable.", valueName: "key=value"))
    var labels: [NetworkPlan.Label] = []
    @Flag(help: "Use the chain of the reference plugins (bridge, portmap, firewall, tuning) instead of type swnet.")
    var chained = false
    @Flag(help: "Print the configuration instead of writing it.")
    var dryRun = false
    @Flag(help: "Say why a subnet was chosen.")
    var verbose = false
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let layout = directories.layout
        if dryRun { return Terminal.show(.object(try plan(layout).configuration)) }
        // One at a time, so that two never choose the same subnet.
        do {
            try layout.withSkeletonLock {
                let plan = try plan(layout)
                _ = try NetworkStore(layout).create(
                    name, number: Self.fileNumber, configuration: plan.configuration)
                try Self.warnAboutLoopback(plan)
            }
        } catch LockedError<any Error>.state(let error) { throw error } catch LockedError<any Error>.body(let error) {
            throw error
        }
        print(name)
    }

    /// The kernel drops answers from `::1` that bridge netfilter has seen, as if they came from outside.
    private static func warnAboutLoopback(_ plan: NetworkPlan) throws(SystemError) {
        let setting = Sysctl("net/bridge/bridge-nf-call-ip6tables")
        guard plan.subnets.families.contains(.ipv6), !plan.isInternal, try setting.read() == "1" else { return }
        Terminal.warn(
            "ports published on \(plan.name) will not answer at [::1], because bridges hand IPv6 to the firewall here; "
                + "if nothing else needs that, run 'sysctl -w net.bridge.bridge-nf-call-ip6tables=0'")
    }

    /// High, because containerd and others take the file with the lowest number for their default network.
    private static let fileNumber = 90

    private func plan(_ layout: StateLayout) throws -> NetworkPlan {
        let listing = try NetworkStore(layout).list()
        for failure in listing.failures { Terminal.warn("\(failure)") }
        if let present = listing.file(of: name) { throw StateError.exists(name, present.path) }
        let host = try HostAddressing(listing)
        guard let bridge = BridgeName.free(for: name, taken: host.interfaces) else {
            throw Failure("no bridge name is left for \(name): choose another name")
        }
        var plan = NetworkPlan(name: name, bridge: bridge, subnets: try subnetPlans(avoiding: host.prefixes))
        plan.isInternal = self.internal
        plan.isolation = isolation
        plan.connectsContainers = !noInterContainer
        plan.mtu = mtu
        plan.labels = labels
        plan.style = chained ? .chained : .single
        try plan.validate()
        return plan
    }

    private func subnetPlans(avoiding used: [UsedPrefix]) throws -> [SubnetPlan] {
        var generator = SystemRandomNumberGenerator()
        var plans = try subnets.map { subnet in
            if let clash = used.first(where: { $0.prefix.length > 0 && $0.prefix.overlaps(subnet) }) {
                throw PlanError.overlap(subnet, clash)
            }
            return try SubnetPlan(subnet)
        }
        if plans.isEmpty { plans.append(try chosen(SubnetPool.freeIPv4(avoiding: used), .ipv4, used)) }
        if ipv6, !plans.families.contains(.ipv6) {
            plans.append(try chosen(SubnetPool.freeIPv6(avoiding: used, using: &generator), .ipv6, used))
        }
        try plans.assign(gateways: gateways)
        try plans.assign(ranges: ranges)
        return plans
    }

    private func chosen(_ subnet: IPPrefix?, _ family: IPFamily, _ used: [UsedPrefix]) throws -> SubnetPlan {
        guard let subnet else { throw PlanError.noFreeSubnet(family) }
        if verbose {
            Terminal.note("chose \(subnet): it overlaps none of the \(used.count) routes, addresses and networks here")
        }
        return try SubnetPlan(subnet)
    }
}
