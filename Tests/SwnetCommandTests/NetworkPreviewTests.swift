// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import SystemPackage
internal import TestSupport
internal import Testing
internal import swnet

@Suite struct NetworkPreviewTests {
    private static func plan(_ style: NetworkPlan.Style) throws -> NetworkPlan {
        var plan = NetworkPlan(
            name: try #require(NetworkName("mynet")), bridge: try #require(InterfaceName("sw-mynet")),
            subnets: try ["10.89.0.0/24", "fd00:89::/64"].map { try SubnetPlan(try #require(IPPrefix($0))) })
        plan.style = style
        return plan
    }

    private static func expectGolden(_ plan: NetworkPlan, _ name: String) throws {
        let text = NetworkPreview(plan, path: "/etc/cni/net.d/90-mynet.conflist").text
        #expect(try text == Golden.text(FilePath("cli/\(name).txt"), updatingTo: text))
    }

    @Test("what create --dry-run prints") func single() throws {
        try Self.expectGolden(Self.plan(.single), "dry-run")
    }

    @Test("what create --dry-run --chained prints") func chained() throws {
        try Self.expectGolden(Self.plan(.chained), "dry-run-chained")
    }

    @Test("an internal network without translation, an open one with fixed addresses") func policies() throws {
        var closed = try Self.plan(.single)
        closed.isInternal = true
        closed.connectsContainers = false
        try Self.expectGolden(closed, "dry-run-internal")
        var open = try Self.plan(.single)
        open.isolation = .none
        open.sources = [try #require(IPAddress("192.0.2.7"))]
        try Self.expectGolden(open, "dry-run-open")
    }

    @Test("the constant rules on demand") func constantRules() throws {
        let plan = try Self.plan(.single)
        let short = NetworkPreview(plan, path: "p").text
        let long = NetworkPreview(plan, path: "p", showsConstantRules: true).text
        #expect(!short.contains("add chain inet swnet forward") && long.contains("add chain inet swnet forward"))
    }
}
