// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A host whose kernel forgot everything while state and leases stayed on disk.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct LifecycleRebootTests {
    @Test("the same container is attached again, under its old name", arguments: LifecycleNetwork.Kind.allCases)
    func sameContainer(kind: LifecycleNetwork.Kind) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        try attachAndReboot("c1", network)
        let again = try LifecycleContainer("c1", runner, boundAs: "again")
        let answer = try network.add(again)
        #expect(answer.isSuccess, "\(answer)")
        #expect(try leases(network).filter { $0.hasPrefix("10.") }.count == 1)
        #expect(try network.check(again, result: try #require(answer.object)).isSilentSuccess)
        #expect(try network.delete(again).isSilentSuccess)
        #expect(try leases(network).isEmpty)
    }

    @Test("addresses of containers that are gone are handed out again", arguments: LifecycleNetwork.Kind.allCases)
    func exhaustedRange(kind: LifecycleNetwork.Kind) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner, range: 2...3)
        try attachAndReboot("c1", network)
        for id in ["c2", "c3"] {
            let answer = try network.add(try LifecycleContainer(id, runner))
            #expect(answer.isSuccess, "\(answer)")
        }
        #expect(try network.add(try LifecycleContainer("c4", runner)).code == 100)
    }

    @Test("DEL and GC remove what is left of it", arguments: LifecycleNetwork.Kind.allCases, ["DEL", "GC"])
    func removal(kind: LifecycleNetwork.Kind, command: String) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        let pristine = try runner.snapshot()
        let old = try attachAndReboot("c1", network)
        switch command {
        case "DEL": #expect(try network.delete(old).isSilentSuccess)
        default:
            for plugin in network.plugins.indices {
                let answer = try network.run("GC", plugin, adding: ["cni.dev/valid-attachments": []])
                #expect(answer.isSilentSuccess, "\(answer)")
            }
        }
        #expect(try runner.snapshot().changes(since: pristine) == [])
    }

    /// Attaches a container, then takes away everything a reboot takes, and has the files tell of another boot.
    @discardableResult
    private func attachAndReboot(_ id: String, _ network: LifecycleNetwork) throws -> LifecycleContainer {
        let runner = network.runner
        var container = try LifecycleContainer(id, runner, runtime: LifecycleContainer.publishing(8080))
        try #require(try network.add(container).isSuccess)
        // With the last reference the kernel takes the sandbox down.
        container.namespace = nil
        try File.remove(container.path)
        try runner.inside { try Command.run("ip link delete \(network.bridge)") }
        try runner.inside { try Command.run("nft flush ruleset") }
        let boot = try BootIdentity.current()
        let files = [
            runner.stateDirectory.appending("endpoints/\(network.name)/\(id):eth0.json"),
            runner.leaseDirectory.appending("\(network.name)/.swnet/\(id):eth0"),
        ]
        for file in files {
            let text = String(decoding: try File.read(file), as: UTF8.self)
            let parts = text.split(separator: boot, omittingEmptySubsequences: false)
            try #require(parts.count == 2)
            try AtomicFile.write(Array(parts.joined(separator: "00000000-0000-0000-0000-000000000000").utf8), to: file)
        }
        return container
    }

    private func leases(_ network: LifecycleNetwork) throws -> [String] {
        try File.list(network.runner.leaseDirectory.appending(network.name))
            .filter { $0.first?.isNumber == true || $0.hasPrefix("fd") }
    }
}
