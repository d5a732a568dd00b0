// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// DEL under every circumstance in which runtimes ask for it.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct LifecycleDeletionTests {
    /// What is different from a DEL right behind the ADD.
    enum Circumstance: String, CaseIterable, CustomTestStringConvertible {
        case ordinary, withPreviousResult, emptyNamespace, namespacePathGone, namespacePathIsAFile, sandboxDeleted
        case otherAddresses, otherBridge, brokenConfiguration, noAddressSection, bridgeDeleted, tableDeleted

        var testDescription: String { rawValue }
    }

    @Test(
        "it removes everything, any number of times", arguments: LifecycleNetwork.Kind.allCases, Circumstance.allCases)
    func deletion(kind: LifecycleNetwork.Kind, circumstance: Circumstance) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        let bystander = try LifecycleContainer("bystander", runner, runtime: LifecycleContainer.publishing(9000))
        try #require(try network.add(bystander).isSuccess)
        let before = try runner.snapshot([bystander.namespace].compactMap(\.self))
        var container: LifecycleContainer? = try LifecycleContainer(
            "c1", runner, runtime: LifecycleContainer.publishing(8080))
        let result = try network.add(try #require(container)).object
        try #require(result?["ips"] != nil)
        let deletion = try circumstance.arrange(network, &container, runner)

        for _ in 1...3 {
            let answer = try network.with(configurationOf: circumstance).delete(
                deletion, previous: circumstance == .withPreviousResult ? result : nil)
            #expect(answer.isSilentSuccess, "\(answer)")
        }
        let changes = try runner.snapshot([bystander.namespace].compactMap(\.self)).changes(since: before)
            .filter { !circumstance.removes($0) }
        #expect(changes.isEmpty)
        if let namespace = container?.namespace {
            #expect(try namespace.run("ip -brief link").split(separator: "\n").count == 1)
        }
    }

    @Test("what was never attached is deleted with success", arguments: LifecycleNetwork.Kind.allCases)
    func neverAttached(kind: LifecycleNetwork.Kind) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        let container = try LifecycleContainer("c1", runner, runtime: LifecycleContainer.publishing(8080))
        let pristine = try runner.snapshot()
        #expect(try network.delete(container).isSilentSuccess)
        #expect(try runner.snapshot().changes(since: pristine) == [])
        let bystander = try LifecycleContainer("bystander", runner, runtime: LifecycleContainer.publishing(8080))
        try #require(try network.add(bystander).isSuccess)
        let before = try runner.snapshot()
        #expect(try network.delete(container).isSilentSuccess)
        #expect(try runner.snapshot().changes(since: before) == [])
    }

    @Test("an interface that the plugins did not make stays", arguments: LifecycleNetwork.Kind.allCases)
    func foreignInterface(kind: LifecycleNetwork.Kind) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        let container = try LifecycleContainer("c1", runner)
        try container.namespace?.run("ip link add eth0 type bridge")
        #expect(try network.delete(container).isSilentSuccess)
        #expect(try container.namespace?.run("ip -brief link").contains("eth0") == true)
    }
}

extension LifecycleDeletionTests.Circumstance {
    /// Brings it about, and returns the container as DEL names it.
    fileprivate func arrange(
        _ network: LifecycleNetwork, _ container: inout LifecycleContainer?, _ runner: PluginRunner
    ) throws -> LifecycleContainer {
        var deletion = try #require(container)
        switch self {
        case .emptyNamespace: deletion.path = ""
        case .namespacePathGone: deletion.path = runner.scratchPath("gone")
        case .namespacePathIsAFile:
            deletion.path = runner.scratchPath("file")
            try AtomicFile.write([], to: deletion.path)
        case .sandboxDeleted:
            // The last reference: the kernel takes the namespace down, and the veth pair with it.
            deletion.namespace = nil
            container = nil
        case .bridgeDeleted: try runner.inside { try Command.run("ip link delete \(network.bridge)") }
        case .tableDeleted: try runner.inside { try Command.run("nft delete table inet swnet") }
        default: break
        }
        return deletion
    }

    /// True of a line that tells what was arranged, not what DEL did.
    fileprivate func removes(_ line: String) -> Bool {
        switch self {
        case .bridgeDeleted: line.hasPrefix("- host: ") && line.contains("br1") || line.contains("host: veth")
        case .tableDeleted: line.hasPrefix("- host: nft ")
        default: false
        }
    }
}

extension LifecycleNetwork {
    /// As somebody has edited it since the ADD.
    fileprivate func with(configurationOf circumstance: LifecycleDeletionTests.Circumstance) -> LifecycleNetwork {
        let isChain = plugins.count > 1
        let key = isChain ? "ipam" : "subnets"
        switch circumstance {
        case .otherAddresses:
            return with([key: LifecycleNetwork(isChain ? .chain : .swnet, runner, number: 7).plugins[0][key] ?? .null])
        case .otherBridge: return with(["bridge": "br9"])
        case .brokenConfiguration:
            let ipam: JSON = ["type": "host-local", "ranges": 5, "dataDir": .string(runner.leaseDirectory.string)]
            return with(["bridge": "not a name/", "mtu": "large", key: isChain ? ipam : "none", "isGateway": 1])
                .with(["capabilities": 3, "runtimeConfig": "broken", "snat": "?"], of: isChain ? 1 : 0)
        case .noAddressSection: return with([key: .null])
        default: return self
        }
    }
}
