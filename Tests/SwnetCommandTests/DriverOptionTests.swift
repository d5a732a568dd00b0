// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import Testing
internal import swnet

@Suite struct DriverOptionTests {
    private static func plan() throws -> NetworkPlan {
        NetworkPlan(
            name: try #require(NetworkName("mynet")), bridge: try #require(InterfaceName("br0")),
            subnets: [try SubnetPlan(try #require(IPPrefix("10.89.0.0/24")))])
    }

    private static func plan(applying text: String) throws -> NetworkPlan {
        var plan = try plan()
        try plan.apply(try #require(DriverOption(text)))
        return plan
    }

    /// What Docker, Podman and the type call the same thing.
    private static let meanings: [(options: [String], change: @Sendable (inout NetworkPlan) -> Void)] = [
        (["mtu=1400", "com.docker.network.driver.mtu=1400"], { $0.mtu = 1400 }),
        (["mtu=0"], { $0.mtu = nil }),
        (
            ["com.docker.network.bridge.enable_icc=false", "interContainer=0"],
            { $0.connectsContainers = false }
        ),
        (
            ["com.docker.network.bridge.enable_ip_masquerade=FALSE", "masquerade=f"],
            { $0.masquerades = false }
        ),
        (
            ["com.docker.network.host_ipv4=192.0.2.7", "outbound_addr4=192.0.2.7"],
            { $0.sources = ["192.0.2.7"].compactMap { IPAddress($0) } }
        ),
        (
            ["com.docker.network.host_ipv6=2001:db8::7", "outbound_addr6=2001:db8::7"],
            { $0.sources = ["2001:db8::7"].compactMap { IPAddress($0) } }
        ),
        (["isolate=false", "isolation=none"], { $0.isolation = .none }),
        (["isolation=published"], { $0.isolation = .published }),
        (["isolate=true", "isolate=strict", "mode=managed", "bridge=br0"], { _ in }),
        (["com.docker.network.bridge.gateway_mode_ipv4=nat", "com.docker.network.bridge.name=br0"], { _ in }),
        (["vlan=4094"], { $0.vlan = 4094 }),
        (["metric=200", "priority=200"], { $0.metric = 200 }),
        (["no_default_route=true", "defaultRoute=false"], { $0.hasDefaultRoute = false }),
        (["macSpoofCheck=true"], { $0.checksMAC = true }),
    ]

    @Test("keys that mean one setting", arguments: meanings.indices) func meaning(index: Int) throws {
        let (options, change) = Self.meanings[index]
        var expected = try Self.plan()
        change(&expected)
        for option in options { #expect(try Self.plan(applying: option) == expected, "\(option)") }
    }

    @Test(
        "refusals say what to write instead",
        arguments: [
            ("mtv=1", "unknown option mtv; did you mean mtu?"),
            ("isolated=1", "unknown option isolated; did you mean isolate?"),
            (
                "com.docker.network.bridge.enable_ic=1",
                "unknown option com.docker.network.bridge.enable_ic; did you mean "
                    + "com.docker.network.bridge.enable_icc?"
            ),
            ("something.else.entirely=1", "unknown option something.else.entirely; see 'swnet create --help'"),
            ("vlan=4095", "option vlan=4095 needs a number from 1 to 4094"),
            ("masquerade=maybe", "option masquerade=maybe needs true or false"),
            ("outbound_addr4=::1", "option outbound_addr4=::1 needs an IPv4 address"),
            ("isolate=x", "option isolate=x needs true, false, strict, published or none"),
            (
                "mode=unmanaged",
                "option mode=unmanaged is not supported; a bridge of another program is used with --option bridge=NAME"
            ),
            (
                "com.docker.network.enable_ipv6=true",
                "option com.docker.network.enable_ipv6=true is not supported; use --ipv6"
            ),
            (
                "parent=eth0",
                "option parent=eth0 is not supported; it is for drivers macvlan and ipvlan, which are not there yet"
            ),
        ])
    func refusal(option: String, sentence: String) throws {
        let error = #expect(throws: PlanError.self) { try Self.plan(applying: option) }
        #expect(error.map { "\($0)" } == sentence)
    }

    @Test("an option does not silently win over a flag") func contradiction() throws {
        var plan = try Self.plan()
        plan.mtu = 1500
        let mtu = try #require(DriverOption("mtu=1400"))
        #expect(throws: PlanError.contradiction(mtu, flag: "--mtu")) { try plan.apply(mtu) }
        plan.connectsContainers = false
        let others = try #require(DriverOption("com.docker.network.bridge.enable_icc=true"))
        #expect(throws: PlanError.contradiction(others, flag: "--no-inter-container")) { try plan.apply(others) }
    }

    @Test("no options", arguments: ["", "mtu", "=1"]) func noOption(text: String) {
        #expect(DriverOption(text) == nil)
    }
}
