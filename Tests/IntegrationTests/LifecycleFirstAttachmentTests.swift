// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// The very first ADD on a host where nothing was ever attached: no bridge, no table, no directory.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root"))
struct LifecycleFirstAttachmentTests {
    private let runner: PluginRunner
    private let container: LifecycleContainer
    private let pristine: HostSnapshot

    init() throws {
        runner = try PluginRunner()
        container = try LifecycleContainer("c1", runner, runtime: LifecycleContainer.publishing(8080))
        pristine = try runner.snapshot([container.namespace].compactMap(\.self))
    }

    @Test("DEL removes what it left when it was killed, the bridge included", arguments: LifecycleNetwork.Kind.allCases)
    func killed(kind: LifecycleNetwork.Kind) async throws {
        let network = LifecycleNetwork(kind, runner)
        for point in try points(network) where FaultPoint.changes.contains(point.call) {
            let answer = try network.run("ADD", 0, container, wrapper: point.killing)
            let wasAttached = try isAttached(network)
            #expect(answer.exitStatus != 1, "\(point): \(answer)")
            #expect(try network.delete(container).isSilentSuccess)
            // Behind an attachment that was complete, the bridge stays.
            if wasAttached { try runner.inside { try Command.run("ip link delete \(network.bridge)") } }
            try expectPristine("\(point)")
            try forgetTable()
        }
    }

    @Test("it leaves nothing when it fails, the bridge included", arguments: LifecycleNetwork.Kind.allCases)
    func failed(kind: LifecycleNetwork.Kind) async throws {
        let network = LifecycleNetwork(kind, runner)
        for point in try points(network) where point.call != "setns" {
            let answer = try network.run("ADD", 0, container, wrapper: point.failing())
            if answer.isSuccess {
                #expect(try network.delete(container).isSilentSuccess)
                try runner.inside { try Command.run("ip link delete \(network.bridge)") }
            }
            try expectPristine("\(point) gave \(answer)")
            try forgetTable()
        }
    }

    /// The calls of a first ADD.
    private func points(_ network: LifecycleNetwork) throws -> [FaultPoint] {
        let log = runner.scratchPath("log")
        try #require(try network.run("ADD", 0, container, wrapper: FaultPoint.recording(to: log)).isSuccess)
        #expect(try network.delete(container).isSilentSuccess)
        try runner.inside { try Command.run("ip link delete \(network.bridge)") }
        try forgetTable()
        return try FaultPoint.read(log)
    }

    private func forgetTable() throws { try runner.inside { try Command.run("nft flush ruleset") } }

    private func isAttached(_ network: LifecycleNetwork) throws -> Bool {
        let path = runner.stateDirectory.appending("endpoints/\(network.name)/c1:eth0.json")
        guard let bytes = try File.readIfPresent(path) else { return false }
        return try JSONObject(parsing: bytes)["state"] == "attached"
    }

    private func expectPristine(_ event: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let changes = try runner.snapshot([container.namespace].compactMap(\.self)).changes(since: pristine)
        #expect(changes.isEmpty, "after \(event)", sourceLocation: sourceLocation)
    }
}
