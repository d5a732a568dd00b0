// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

/// Many processes at once on one host.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct LifecycleCrowdTests {
    @Test("64 at once all get their own address, and nothing is left of 64", arguments: LifecycleNetwork.Kind.allCases)
    func crowd(kind: LifecycleNetwork.Kind) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        let containers = try (0..<64).map { try LifecycleContainer("c\($0)", runner) }
        // The constant rules and the bridge stay; everything else has to go.
        try #require(try network.add(containers[0]).isSuccess)
        try #require(try network.delete(containers[0]).isSilentSuccess)
        let before = try runner.snapshot()

        let answers = try onThreads(64) { try network.add(containers[$0]) }
        for answer in answers { #expect(answer.isSuccess, "\(answer)") }
        let addresses = answers.flatMap { $0.object?["ips"]?.arrayValue ?? [] }
            .compactMap { $0.objectValue?["address"]?.stringValue }
        #expect(addresses.count == 128)
        #expect(Set(addresses).count == 128)

        let deletions = try onThreads(64) { try network.delete(containers[$0]) }
        for deletion in deletions { #expect(deletion.isSilentSuccess, "\(deletion)") }
        let changes = try runner.snapshot().changes(since: before)
        #expect(changes.isEmpty)
    }

    @Test(
        "of 16 that want one host port one gets it, and the others say who has it",
        arguments: LifecycleNetwork.Kind.allCases)
    func race(kind: LifecycleNetwork.Kind) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        let containers = try (0..<16).map {
            try LifecycleContainer("c\($0)", runner, runtime: LifecycleContainer.publishing(8080))
        }
        let answers = try onThreads(16) { try network.add(containers[$0]) }
        let winners = answers.indices.filter { answers[$0].isSuccess }
        try #require(winners.count == 1)
        for (number, answer) in answers.enumerated() where number != winners[0] {
            #expect(answer.code == 102)
            #expect(answer.message.contains("c\(winners[0])/"), "\(answer)")
            #expect(try network.delete(containers[number]).isSilentSuccess)
        }
        let result = try #require(answers[winners[0]].object)
        let check = try network.check(containers[winners[0]], result: result)
        #expect(check.isSilentSuccess, "\(check)")
    }

    @Test("ADD twice is refused, and the first attachment stays", arguments: LifecycleNetwork.Kind.allCases)
    func twice(kind: LifecycleNetwork.Kind) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        let container = try LifecycleContainer("c1", runner, runtime: LifecycleContainer.publishing(8080))
        let result = try #require(try network.add(container).object)
        let before = try runner.snapshot([container.namespace].compactMap(\.self))
        let second = try network.run("ADD", 0, container)
        #expect(second.code == 103, "\(second)")
        let changes = try runner.snapshot([container.namespace].compactMap(\.self)).changes(since: before)
        #expect(changes.isEmpty)
        #expect(try network.check(container, result: result).isSilentSuccess)
    }
}
