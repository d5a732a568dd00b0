// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SystemPackage
internal import TestSupport
internal import Testing
internal import swnet

@Suite struct NetworkPlanTests {
    private static func plan(_ subnets: String...) throws -> NetworkPlan {
        NetworkPlan(
            name: try #require(NetworkName("mynet")), bridge: try #require(InterfaceName("sw-mynet")),
            subnets: try subnets.map { text in
                let prefix = try #require(IPPrefix(text))
                return try SubnetPlan(prefix)
            })
    }

    private static func expectGolden(_ plan: NetworkPlan, _ name: String) throws {
        let text = JSON.object(plan.configuration).text(.indented) + "\n"
        #expect(try text == Golden.text(FilePath("cli/\(name).conflist"), updatingTo: text))
    }

    @Test("what create writes when nothing is asked for") func plain() throws {
        try Self.expectGolden(Self.plan("10.89.0.0/24"), "plain")
    }

    @Test("every option") func complete() throws {
        var plan = try Self.plan("10.89.0.0/24", "fd00:89::/64")
        plan.isInternal = true
        plan.isolation = .published
        plan.connectsContainers = false
        plan.mtu = 1400
        plan.labels = ["tier=back end", "empty="].compactMap { NetworkPlan.Label($0) }
        plan.created = Timestamp(seconds: 1_763_694_000)
        plan.adoptsBridge = true
        plan.names = .none
        (plan.vlan, plan.metric, plan.checksMAC, plan.hasDefaultRoute) = (10, 200, true, false)
        try plan.validate()
        try Self.expectGolden(plan, "complete")
    }

    @Test("addresses to leave by, and servers to ask") func outward() throws {
        var plan = try Self.plan("10.89.0.0/24", "fd00:89::/64")
        plan.sources = ["192.0.2.7", "2001:db8::7"].compactMap { IPAddress($0) }
        plan.masquerades = false
        plan.names = .served(upstreams: ["192.0.2.53", "2001:db8::53"].compactMap { IPAddress($0) })
        try plan.validate()
        try Self.expectGolden(plan, "outward")
    }

    @Test("the reference chain") func chained() throws {
        var plan = try Self.plan("10.89.0.0/24", "fd00:89::/64")
        plan.style = .chained
        plan.names = .served(upstreams: [try #require(IPAddress("192.0.2.53"))])
        try Self.expectGolden(plan, "chained")
    }

    @Test("the reference chain without a way out, and without each other") func chainedInternal() throws {
        var plan = try Self.plan("10.89.0.0/24")
        plan.style = .chained
        plan.isInternal = true
        plan.connectsContainers = false
        plan.mtu = 9000
        plan.names = .none
        (plan.vlan, plan.checksMAC) = (10, true)
        try Self.expectGolden(plan, "chained-internal")
    }

    @Test(
        "who may connect in, in the words of the firewall plugin",
        arguments: [(NetworkPlan.Isolation.strict, "same-bridge"), (.none, "open")])
    func ingressPolicy(isolation: NetworkPlan.Isolation, policy: String) throws {
        var plan = try Self.plan("10.89.0.0/24")
        plan.style = .chained
        plan.isolation = isolation
        let plugins = try #require(plan.configuration["plugins"]?.arrayValue)
        #expect(plugins[2].objectValue?["ingressPolicy"]?.stringValue == policy)
    }

    @Test("what no configuration can express") func invalid() throws {
        var chained = try Self.plan("10.89.0.0/24")
        chained.style = .chained
        chained.isolation = .published
        #expect(throws: PlanError.notChainable("--isolation published")) { try chained.validate() }
        chained.isolation = .strict
        chained.metric = 5
        #expect(throws: PlanError.notChainable("a metric")) { try chained.validate() }
        chained.metric = nil
        chained.sources = [try #require(IPAddress("192.0.2.7"))]
        #expect(throws: PlanError.notChainable("a fixed source address")) { try chained.validate() }
        chained.sources = [try #require(IPAddress("2001:db8::7"))]
        #expect(throws: PlanError.self) { try chained.validate() }
        var closed = try Self.plan("10.89.0.0/24")
        closed.isInternal = true
        closed.names = .served(upstreams: [try #require(IPAddress("192.0.2.53"))])
        #expect(throws: PlanError.uselessUpstreams) { try closed.validate() }
        #expect(throws: PlanError.self) { try Self.plan("10.89.0.0/24", "10.89.0.128/25").validate() }
    }

    @Test(
        "packets of IPv6 have a minimum",
        arguments: [
            ("10.89.0.0/24", 67, false), ("10.89.0.0/24", 68, true), ("fd00::/64", 1279, false),
            ("fd00::/64", 1280, true),
        ])
    func mtu(subnet: String, mtu: Int, isValid: Bool) throws {
        var plan = try Self.plan(subnet)
        plan.mtu = mtu
        #expect(isValid == ((try? plan.validate()) != nil))
    }

    @Test("labels", arguments: [("a=b", "a", "b"), ("a=", "a", ""), ("a=b=c", "a", "b=c")])
    func label(text: String, key: String, value: String) {
        #expect(NetworkPlan.Label(text) == NetworkPlan.Label(key: key, value: value))
    }

    @Test("no labels", arguments: ["", "a", "=b"]) func noLabel(text: String) {
        #expect(NetworkPlan.Label(text) == nil)
    }

    @Test(
        "bridge names fit and differ",
        arguments: [
            ("mynet", [], "sw-mynet"), ("exactly12byt", [], "sw-exactly12byt"),
            ("more-than-12-bytes", [], "sw-mor-"), ("mynet", ["sw-mynet"], "sw-myn-"),
        ] as [(String, Set<String>, String)])
    func bridgeName(network: String, taken: Set<String>, prefix: String) throws {
        let network = try #require(NetworkName(network))
        let name = try #require(BridgeName.free(for: network, taken: taken))
        #expect(name.text.hasPrefix(prefix) && !taken.contains(name.text))
    }
}
