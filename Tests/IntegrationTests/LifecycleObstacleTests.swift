// SPDX-License-Identifier: Apache-2.0
import JSON
import SystemPackage
import TestSupport
import Testing

/// ADDs that cannot be done, for reasons a user meets.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct LifecycleObstacleTests {
    @Test(
        "the ADD says what is in the way, leaves nothing, and works once it is gone",
        arguments: LifecycleNetwork.Kind.allCases, Obstacle.allCases)
    func obstacle(kind: LifecycleNetwork.Kind, obstacle: Obstacle) async throws {
        if obstacle == .missingAddressPlugin, kind == .swnet { return }  // which has none
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner, range: obstacle == .exhausted ? 2...2 : 2...9)
        let bystander = try LifecycleContainer("bystander", runner, runtime: LifecycleContainer.publishing(8080))
        try #require(try network.add(bystander).isSuccess)
        var container = try LifecycleContainer("c1", runner, runtime: LifecycleContainer.publishing(8081))
        let namespaces = [bystander.namespace, container.namespace].compactMap(\.self)
        let clear = try runner.snapshot(namespaces)

        try obstacle.place(network, container)
        let blocked = obstacle.adapt(network, &container)
        let before = try runner.snapshot(namespaces)
        for round in 1...2 {
            let answer = try blocked.add(container)
            #expect(answer.code == obstacle.code, "\(answer)")
            #expect(answer.exitStatus == 1)
            #expect(answer.message.contains(obstacle.says), "\(answer)")
            // A runtime does this; plugins of a chain that had succeeded are taken back by nothing else.
            if kind == .chain || round == 2 { #expect(try blocked.delete(container).isSilentSuccess) }
            let changes = try runner.snapshot(namespaces).changes(since: before)
            #expect(changes.isEmpty)
        }
        try obstacle.remove(network, container, bystander)
        let retry = obstacle.isOfConfiguration ? network : blocked
        if obstacle == .portTaken { container.runtime = LifecycleContainer.publishing(8081) }
        let answer = try retry.add(container)
        #expect(answer.isSuccess, "\(answer)")
        #expect(try retry.delete(container).isSilentSuccess)
        if obstacle != .exhausted, obstacle != .addressTaken {
            let changes = try runner.snapshot(namespaces).changes(since: clear)
            #expect(changes.isEmpty)
        }
    }
}

/// What can be in the way of an ADD.
enum Obstacle: String, CaseIterable, CustomTestStringConvertible {
    case interfaceExists
    case portTaken
    case exhausted
    case addressTaken
    case bridgeIsNone
    case bridgeOfAnotherSubnet
    case missingAddressPlugin
    case unknownSysctl
    case unreachableGateway

    var testDescription: String { rawValue }

    /// Whether it is the configuration that has to change.
    var isOfConfiguration: Bool {
        switch self {
        case .interfaceExists, .exhausted, .addressTaken: false
        default: true
        }
    }

    var code: Int {
        switch self {
        case .interfaceExists, .bridgeIsNone: 103
        case .portTaken: 102
        case .exhausted: 100
        case .addressTaken: 101
        case .bridgeOfAnotherSubnet, .missingAddressPlugin: 7
        case .unknownSysctl, .unreachableGateway: 999
        }
    }

    var says: String {
        switch self {
        case .interfaceExists: "has an interface eth0 already"
        case .portTaken: "host port 8080/tcp is already published by net1/bystander/eth0"
        case .exhausted: "no IP addresses available in range set: 10.1.1.2-10.1.1.2"
        case .addressTaken: "10.1.1.2 is not available: container bystander, interface eth0, has held it"
        case .bridgeIsNone: "other0 exists but is not a bridge"
        case .bridgeOfAnotherSubnet: "bridge br1 has the address 10.1.1.1/24 and network net1 wants 10.1.7.1/24"
        case .missingAddressPlugin: "there is no plugin \"nosuch\" in CNI_PATH"
        case .unknownSysctl: "net/ipv4/conf/eth0/nosuch"
        case .unreachableGateway: "Nexthop has invalid gateway"
        }
    }

    /// Puts it in the way.
    func place(_ network: LifecycleNetwork, _ container: LifecycleContainer) throws {
        switch self {
        case .interfaceExists: try container.namespace?.run("ip link add eth0 type bridge")
        case .bridgeIsNone:
            try network.runner.inside { try Command.run("ip link add other0 type veth peer name other1") }
        default: break
        }
    }

    /// A network or container that meets it.
    func adapt(_ network: LifecycleNetwork, _ container: inout LifecycleContainer) -> LifecycleNetwork {
        let isChain = network.plugins.count > 1
        switch self {
        case .portTaken: container.runtime = LifecycleContainer.publishing(8080)
        case .addressTaken: container.runtime.set("ips", to: ["10.1.1.2/24"])
        case .bridgeIsNone: return network.with(["bridge": "other0"])
        case .bridgeOfAnotherSubnet:
            let other = LifecycleNetwork(isChain ? .chain : .swnet, network.runner, number: 7)
            let key = isChain ? "ipam" : "subnets"
            return network.with([key: other.plugins[0][key] ?? .null])
        case .missingAddressPlugin: return network.with(["ipam": ["type": "nosuch"]])
        case .unknownSysctl:
            let sysctls: JSON = ["net.ipv4.conf.IFNAME.nosuch": "1"]
            // With another policy, which then must not replace that of the others.
            return isChain
                ? network.with(["sysctl": sysctls], of: 3) : network.with(["sysctls": sysctls, "isolation": "none"])
        case .unreachableGateway:
            let routes: JSON = [["dst": "192.0.2.0/24", "gw": "203.0.113.1"]]
            guard isChain, var ipam = network.plugins[0]["ipam"]?.objectValue else {
                return network.with(["routes": routes])
            }
            ipam["routes"] = routes
            return network.with(["ipam": .object(ipam)])
        case .interfaceExists, .exhausted: break
        }
        return network
    }

    /// Takes it away, as far as it is not a matter of configuration.
    func remove(
        _ network: LifecycleNetwork, _ container: LifecycleContainer, _ bystander: LifecycleContainer
    ) throws {
        switch self {
        case .interfaceExists: try container.namespace?.run("ip link delete eth0")
        case .bridgeIsNone: try network.runner.inside { try Command.run("ip link delete other0") }
        case .exhausted, .addressTaken: #expect(try network.delete(bystander).isSilentSuccess)
        default: break
        }
    }
}
