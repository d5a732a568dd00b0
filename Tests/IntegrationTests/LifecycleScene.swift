// SPDX-License-Identifier: Apache-2.0
import JSON
import SystemPackage
import TestSupport
import Testing

/// One plugin of a network.
struct LifecycleStep: CustomTestStringConvertible, Sendable {
    let kind: LifecycleNetwork.Kind
    let plugin: Int

    static let all = LifecycleNetwork.Kind.allCases.flatMap { kind in
        (0..<(kind == .swnet ? 1 : 4)).map { LifecycleStep(kind: kind, plugin: $0) }
    }

    var testDescription: String { kind == .swnet ? "swnet" : ["bridge", "portmap", "firewall", "tuning"][plugin] }
}

/// A container for which one plugin of a network is about to be run: those before it have been.
final class LifecycleScene {
    let network: LifecycleNetwork
    let container: LifecycleContainer
    private let plugin: Int
    private let previous: JSONObject?
    /// Another container on the network.
    private let bystander: LifecycleContainer
    /// Before the container was attached at all.
    private let original: HostSnapshot
    /// Before the plugin is run.
    private var before: HostSnapshot

    /// - Parameter published: A port of the bystander. Without one the container is the first to publish a port.
    init(_ step: LifecycleStep, published: Int? = 9000) throws {
        let runner = try PluginRunner()
        var network = LifecycleNetwork(step.kind, runner)
        // The bystander starts the resolver, so that what is traced only talks to it.
        if step.kind == .swnet { network.plugins[0]["dns"] = ["enabled": true] }
        self.network = network
        plugin = step.plugin
        bystander = try LifecycleContainer(
            "bystander", runner, runtime: published.map { LifecycleContainer.publishing($0) } ?? [:])
        try #require(try network.add(bystander).isSuccess)
        container = try LifecycleContainer("c1", runner, runtime: LifecycleContainer.publishing(8080))
        original = try Self.snapshot(network, container)
        previous = plugin > 0 ? try network.add(container, plugins: 0..<plugin).object : nil
        before = try Self.snapshot(network, container)
    }

    func add(wrapper: [String] = []) throws -> PluginAnswer {
        try network.run("ADD", plugin, container, previous: previous, wrapper: wrapper)
    }

    func delete(wrapper: [String] = []) throws -> PluginAnswer {
        try network.run("DEL", plugin, container, previous: previous, wrapper: wrapper)
    }

    /// The calls of an ADD, found by one that is undone again.
    func pointsOfADD() throws -> [FaultPoint] {
        let log = network.runner.scratchPath("log")
        try #require(try add(wrapper: FaultPoint.recording(to: log)).isSuccess)
        try #require(try delete().isSilentSuccess)
        return try FaultPoint.read(log)
    }

    /// The calls of a DEL behind an ADD.
    func pointsOfDEL() throws -> [FaultPoint] {
        let log = network.runner.scratchPath("log")
        try #require(try add().isSuccess)
        try #require(try delete(wrapper: FaultPoint.recording(to: log)).isSilentSuccess)
        return try FaultPoint.read(log)
    }

    /// Reports what is different from before the plugin was run for the first time, each difference once.
    ///
    /// - Parameter ignoring: Part of lines that may differ.
    func expectUnchanged(
        _ event: String, ignoring: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let now = try Self.snapshot(network, container)
        // A write of the record that was cut short stays until the next one, at the latest until the record goes.
        let ignored = ["file endpoints/net1/.c1:eth0.json~: "] + ignoring
        let changes = now.changes(since: before).filter { line in !ignored.contains { line.contains($0) } }
        #expect(changes.isEmpty, "after \(event)", sourceLocation: sourceLocation)
        before = now
    }

    /// Deletes the attachment and reports what is different from before it was made.
    func finish() throws {
        #expect(try network.delete(container).isSilentSuccess)
        let changes = try Self.snapshot(network, container).changes(since: original)
        #expect(changes.isEmpty)
    }

    private static func snapshot(
        _ network: LifecycleNetwork, _ container: LifecycleContainer
    ) throws -> HostSnapshot {
        try network.runner.snapshot([container.namespace].compactMap(\.self))
    }
}
