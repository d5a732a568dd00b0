// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import Testing
internal import swnet

@Suite struct SubnetPlanTests {
    private static func plans(_ subnets: [String]) throws -> [SubnetPlan] {
        try subnets.map { text in
            let prefix = try #require(IPPrefix(text))
            return try SubnetPlan(prefix)
        }
    }

    @Test(
        "hosts leave out the ends that nobody can have",
        arguments: [
            ("10.1.0.0/24", "10.1.0.1", "10.1.0.254"), ("10.1.0.0/30", "10.1.0.1", "10.1.0.2"),
            ("fd00::/64", "fd00::1", "fd00::ffff:ffff:ffff:ffff"), ("fd00::/126", "fd00::1", "fd00::3"),
        ])
    func hosts(subnet: String, first: String, last: String) throws {
        let plan = try #require(try Self.plans([subnet]).first)
        #expect(plan.hosts.lowerBound.description == first)
        #expect(plan.hosts.upperBound.description == last)
        #expect(plan.effectiveGateway.description == first)
    }

    @Test("a subnet has room for two", arguments: ["10.1.0.0/31", "10.1.0.1/32", "fd00::/127"])
    func tooSmall(subnet: String) throws {
        let prefix = try #require(IPPrefix(subnet))
        #expect(throws: PlanError.tooSmall(prefix)) { try SubnetPlan(prefix) }
    }

    @Test("an address is no subnet", arguments: ["10.1.0.1/24", "fd00::1/64"])
    func hostBits(subnet: String) throws {
        let prefix = try #require(IPPrefix(subnet))
        #expect(throws: PlanError.hostBits(prefix)) { try SubnetPlan(prefix) }
        #expect("\(PlanError.hostBits(prefix))".contains("did you mean \(prefix.network)?"))
    }

    @Test("gateways and ranges find their subnet")
    func assignment() throws {
        var plans = try Self.plans(["10.1.0.0/24", "fd00::/64"])
        try plans.assign(gateways: [#require(IPAddress("fd00::5")), #require(IPAddress("10.1.0.9"))])
        try plans.assign(ranges: [#require(IPPrefix("10.1.0.128/25")), #require(IPPrefix("fd00::/120"))])
        #expect(plans.map(\.effectiveGateway.description) == ["10.1.0.9", "fd00::5"])
        #expect(plans[0].range?.lowerBound.description == "10.1.0.128")
        #expect(plans[0].range?.upperBound.description == "10.1.0.254")
        #expect(plans[1].range?.lowerBound.description == "fd00::1")
        #expect(plans[1].range?.upperBound.description == "fd00::ff")
    }

    @Test("gateways that cannot be", arguments: ["10.2.0.1", "10.1.0.0", "10.1.0.255", "fd00::1"])
    func wrongGateway(gateway: String) throws {
        var plans = try Self.plans(["10.1.0.0/24"])
        let address = try #require(IPAddress(gateway))
        #expect(throws: PlanError.self) { try plans.assign(gateways: [address]) }
    }

    @Test("ranges that cannot be", arguments: ["10.2.0.0/25", "10.0.0.0/8", "fd00::/64"])
    func wrongRange(range: String) throws {
        var plans = try Self.plans(["10.1.0.0/24"])
        let prefix = try #require(IPPrefix(range))
        #expect(throws: PlanError.noSubnet(range, option: "--ip-range")) { try plans.assign(ranges: [prefix]) }
    }

    @Test("twice is once too often")
    func twice() throws {
        var plans = try Self.plans(["10.1.0.0/24"])
        let gateway = try #require(IPAddress("10.1.0.1"))
        #expect(throws: PlanError.self) { try plans.assign(gateways: [gateway, gateway]) }
        let range = try #require(IPPrefix("10.1.0.0/25"))
        #expect(throws: PlanError.self) { try plans.assign(ranges: [range, range]) }
    }
}
