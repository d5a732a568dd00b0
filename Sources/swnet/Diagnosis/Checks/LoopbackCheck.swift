// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState

enum LoopbackCheck: Check {
    static let name = "loopback"
    static let expectation = "published ports answer at 127.0.0.1 and [::1], and neighbours do not reach these"
    static let sources = [HostFacts.Source.state, .interfaces, .settings]

    static func findings(in facts: HostFacts) -> [Finding] {
        var findings: [Finding] = []
        if facts.settings["net/ipv4/conf/all/route_localnet"] == "1" {
            findings.append(
                Finding(
                    .warning,
                    "this host lets neighbours and containers send to 127.0.0.0/8, where it has its own services",
                    command: Sysctl.command([(Sysctl("net/ipv4/conf/all/route_localnet"), "0")])))
        }
        for network in facts.networksInUse {
            let opened = Set(network.filters.filter(\.opensLoopback).map(\.bridge))
            for bridge in opened.sorted() { findings += self.findings(network, bridge, facts) }
        }
        return findings
    }

    private static func findings(_ network: NetworkFacts, _ name: InterfaceName, _ facts: HostFacts) -> [Finding] {
        guard let bridge = facts.link(named: name) else { return [] }
        var findings: [Finding] = []
        if network.reachesLoopback(.ipv4), facts.setting(name, .ipv4, "route_localnet") == "0",
            facts.settings["net/ipv4/conf/all/route_localnet"] == "0"
        {
            findings.append(
                Finding(
                    .error, network.name, "ports published on \(network.name) do not answer at 127.0.0.1",
                    command: Sysctl.command([(.interface(name, .ipv4, "route_localnet"), "1")])))
        }
        let hasRoute = facts.routes.contains { route in
            route.interface == bridge.index && route.table == .local && route.type == .local
                && route.destination == IPPrefix.loopback(.ipv6)
        }
        if network.reachesLoopback(.ipv6), !hasRoute {
            findings.append(
                Finding(
                    .error, network.name, "ports published on \(network.name) do not answer at [::1]",
                    command: "ip -6 route add local ::1/128 dev \(name) table local metric 4096"))
        }
        return findings
    }
}

extension NetworkFacts {
    /// Whether a living attachment publishes a port at the loopback address of `family`.
    func reachesLoopback(_ family: IPFamily) -> Bool {
        living.contains { endpoint in
            endpoint.address(family) != nil && endpoint.record.ports.contains { $0.reachesLoopback(family) }
        }
    }
}

extension PublishedPort {
    fileprivate func reachesLoopback(_ family: IPFamily) -> Bool {
        guard let hostAddress else { return true }
        return hostAddress.family == family && (hostAddress.isUnspecified || hostAddress.isLoopback)
    }
}
