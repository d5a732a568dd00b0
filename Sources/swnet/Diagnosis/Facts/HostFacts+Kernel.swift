// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState
internal import SystemPackage

extension HostFacts {
    mutating func readInterfaces() throws {
        var kernel = try RouteSocket()
        links = try kernel.links().map { LinkFacts($0) }
        addresses = try kernel.addresses().map { AddressFacts($0.prefix, $0.interface) }
        routes = try kernel.routes(in: nil)
        for network in networksInUse {
            for address in network.families.compactMap({ network.living.first?.address($0) }) {
                ways[address] = try Self.way(to: address, &kernel)
            }
        }
    }

    private static func way(to address: IPAddress, _ kernel: inout RouteSocket) throws(NetlinkError) -> InterfaceIndex?
    {
        do throws(NetlinkError) { return try kernel.route(to: address).interface } catch {
            // Also what routes of the types blackhole and prohibit answer.
            let refusals: [Errno] = [.networkUnreachable, .noRouteToHost, .invalidArgument, .permissionDenied]
            if let errno = error.errno, refusals.contains(errno) { return nil }
            throw error
        }
    }

    mutating func readSettings() throws {
        var keys = ["net/bridge/bridge-nf-call-iptables", "net/bridge/bridge-nf-call-ip6tables"]
        keys += IPFamily.allCases.map { Sysctl.forwarding($0).key }
        let links = networks.flatMap(\.bridges).compactMap { link(named: $0) } + [uplink(.ipv4)].compactMap(\.self)
        for interface in ["all"] + links.map(\.name.text) {
            keys += ["forwarding", "rp_filter", "route_localnet"].map { "net/ipv4/conf/\(interface)/\($0)" }
            keys += ["forwarding", "disable_ipv6"].map { "net/ipv6/conf/\(interface)/\($0)" }
        }
        for key in Set(keys) { settings[key] = try Sysctl(key).read() }
    }

    mutating func readFirewall(_ layout: StateLayout) throws {
        var session = try FirewallSession(layout)
        skeleton = try session.skeletonState()
        elements = try session.elements()
        var socket = try NFTablesSocket()
        foreignChains = try socket.baseChains().filter { chain in
            chain.table.family != Firewall.table.family || chain.table.name != Firewall.table.name
        }.filter { $0.base.kind == .filter && [.forward, .input].contains($0.base.hook) && $0.table.family != .bridge }
        var seen: Set<Table> = []
        for table in foreignChains.map(\.table) where seen.insert(table).inserted {
            foreignTables.append(try socket.content(of: table))
        }
        for family in IPFamily.allCases { try readLegacyTables(family) }
    }

    /// A table that is not there must not be asked for, since that makes it.
    private mutating func readLegacyTables(_ family: IPFamily) throws {
        let file = family == .ipv4 ? "ip_tables_names" : "ip6_tables_names"
        let names = try File.readIfPresent(FilePath("/proc/thread-self/net/\(file)")) ?? []
        let tables = String(decoding: names, as: UTF8.self).split(separator: "\n").map(String.init)
        legacyTables[family] = tables
        guard tables.contains("filter") else { return }
        let content = try LegacyTableReader.read("filter", isIPv6: family == .ipv6)
        guard let table = LegacyTable("filter", family, hooks: content.hooks, entries: content.entries) else { return }
        legacyFilters.append(table)
    }

    /// Tries each feature in a namespace that nobody sees and that is gone when this returns.
    mutating func probeFeatures() throws {
        let namespace = try NetworkNamespace.createNameless()
        var kernel = try RouteSocket(in: namespace)
        guard let bridge = InterfaceName("bridge"), let port = InterfaceName("port"), let peer = InterfaceName("peer")
        else { return }
        let hasBridge = try probe(.bridge) { try kernel.addLink(NewLink(bridge), BridgeOptions()) }
        if hasBridge {
            let index = try kernel.link(named: bridge).index
            let hasVeth = try probe(.veth) {
                let end = NewLink(port, master: index)
                _ = try kernel.addVethPair(end, peer: NewLink(peer), in: namespace)
            }
            if hasVeth {
                let index = try kernel.link(named: port).index
                try probe(.portIsolation) { try kernel.setBridgePort(index, BridgePort(isolated: true)) }
            }
            try probe(.vlanFiltering) { try kernel.setBridge(index, BridgeOptions(vlanFiltering: true)) }
        }
        var filter = try NFTablesSocket(in: namespace)
        try probe(.nftables) { try filter.commit(Firewall.skeleton()) }
        let frames = Chain("frames", Chain.Base(.filter, .prerouting, .bridgeDestinationNAT))
        try probe(.bridgeNFTables) {
            try filter.commit(Transaction(Table(.bridge, "probe"), [.add(.table), .add(frames)]))
        }
    }

    /// Returns whether the kernel has it.
    @discardableResult
    private mutating func probe(_ feature: KernelFeature, _ use: () throws -> Void) throws -> Bool {
        do { try use() } catch {
            if Failure.isForbidden(error) { throw error }
            missingFeatures.append(feature)
            return false
        }
        return true
    }
}
