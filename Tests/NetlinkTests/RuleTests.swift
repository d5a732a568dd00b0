// SPDX-License-Identifier: Apache-2.0
import Netlink
import NetworkTypes
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct RuleTests {
    private let host: TestNamespace

    init() throws { host = try TestNamespace() }

    @Test("the kernel's own rules are there", arguments: IPFamily.allCases)
    func initial(family: IPFamily) throws {
        var socket = try RouteSocket(in: host.namespace)
        let rules = try socket.rules(family)
        #expect(rules.first == RoutingRule(family, priority: 0, table: .local))
        #expect(rules.contains(RoutingRule(family, priority: 32766, table: .main)))
    }

    @Test(
        "a rule is added, shown, refused twice, deleted and gone",
        arguments: [
            RoutingRule(
                .ipv4, priority: 100, from: "10.89.0.0/24", to: "10.90.0.0/16", incomingInterface: "lo", mark: 0x2000,
                markMask: 0xff00, table: RouteTable(rawValue: 1000)),
            RoutingRule(.ipv6, priority: 100, from: "fd00::/64", table: RouteTable(rawValue: 100)),
            RoutingRule(.ipv6, priority: 101, outgoingInterface: "lo", table: .main, suppressedPrefixLength: 0),
        ])
    func life(rule: RoutingRule) throws {
        var socket = try RouteSocket(in: host.namespace)
        try socket.addRule(rule)
        #expect(try socket.rules(rule.family).contains(rule))
        let family = rule.family == .ipv4 ? "-4" : "-6"
        #expect(try host.run("ip \(family) rule show priority \(rule.priority ?? 0)").contains("lookup \(rule.table)"))
        let error = try #require(throws: NetlinkError.self) { try socket.addRule(rule) }
        #expect(error.isAlreadyExists && error.description == "rule add \(rule): File exists")
        try socket.deleteRule(rule)
        let gone = try #require(throws: NetlinkError.self) { try socket.deleteRule(rule) }
        #expect(gone.isNotFound)
    }
}
