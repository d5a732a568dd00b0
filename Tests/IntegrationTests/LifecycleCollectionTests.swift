// SPDX-License-Identifier: Apache-2.0
import JSON
import SystemPackage
import TestSupport
import Testing

/// GC and STATUS of the real programs.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct LifecycleCollectionTests {
    /// What a runtime says of valid attachments; nil for nothing at all.
    struct Validity: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let keys: JSONObject
        /// The containers that stay.
        let kept: [String]

        static let all = [
            Validity(testDescription: "one of two", keys: ["cni.dev/valid-attachments": [of("c1")]], kept: ["c1"]),
            Validity(
                testDescription: "both", keys: ["cni.dev/valid-attachments": [of("c1"), of("c2")]], kept: ["c1", "c2"]),
            Validity(
                testDescription: "another interface",
                keys: ["cni.dev/valid-attachments": [["containerID": "c1", "ifname": "eth1"], of("c2")]], kept: ["c2"]),
            Validity(testDescription: "empty", keys: ["cni.dev/valid-attachments": []], kept: []),
            Validity(testDescription: "null", keys: ["cni.dev/valid-attachments": .null], kept: []),
            Validity(testDescription: "the old key", keys: ["cni.dev/attachments": [of("c2")]], kept: ["c2"]),
            Validity(testDescription: "absent", keys: [:], kept: ["c1", "c2"]),
        ]

        private static func of(_ id: String) -> JSON { ["containerID": .string(id), "ifname": "eth0"] }
    }

    @Test(
        "GC removes what belongs to no valid attachment of this network, and nothing else",
        arguments: LifecycleNetwork.Kind.allCases, Validity.all)
    func collection(kind: LifecycleNetwork.Kind, validity: Validity) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        let other = LifecycleNetwork(kind, runner, number: 2)
        let containers = try ["c1", "c2"].enumerated().map { number, id in
            try LifecycleContainer(id, runner, runtime: LifecycleContainer.publishing(8080 + number))
        }
        let stranger = try LifecycleContainer("c3", runner, runtime: LifecycleContainer.publishing(9000))
        let namespaces = (containers + [stranger]).compactMap(\.namespace)
        try #require(try other.add(stranger).isSuccess)
        // DEL is the measure: what it leaves, GC has to leave.
        for container in containers { try #require(try network.add(container).isSuccess) }
        for container in containers where !validity.kept.contains(container.id) {
            try #require(try network.delete(container).isSilentSuccess)
        }
        let expected = try runner.snapshot(namespaces)
        for container in containers where !validity.kept.contains(container.id) {
            try #require(try network.add(container).isSuccess)
        }
        for _ in 1...2 {
            for plugin in network.plugins.indices {
                let answer = try network.run("GC", plugin, adding: validity.keys)
                #expect(answer.isSilentSuccess, "\(answer)")
            }
        }
        let changes = try runner.snapshot(namespaces).changes(since: expected)
        #expect(changes.isEmpty)
    }

    @Test("STATUS is silent while ADD would work", arguments: LifecycleNetwork.Kind.allCases)
    func ready(kind: LifecycleNetwork.Kind) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        let pristine = try runner.snapshot()
        for plugin in network.plugins.indices { #expect(try network.run("STATUS", plugin).isSilentSuccess) }
        #expect(try runner.snapshot().changes(since: pristine) == [])
        let container = try LifecycleContainer("c1", runner)
        try #require(try network.add(container).isSuccess)
        for plugin in network.plugins.indices { #expect(try network.run("STATUS", plugin).isSilentSuccess) }
    }

    @Test("STATUS gives code 50 when no address is left", arguments: LifecycleNetwork.Kind.allCases)
    func exhausted(kind: LifecycleNetwork.Kind) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner, range: 2...2)
        let container = try LifecycleContainer("c1", runner)
        try #require(try network.add(container).isSuccess)
        let answer = try network.run("STATUS", 0)
        #expect(answer.code == 50)
        #expect(answer.exitStatus == 1)
        #expect(answer.message.contains("no IP addresses available in range set: 10.1.1.2-10.1.1.2"), "\(answer)")
        #expect(try network.add(try LifecycleContainer("c2", runner)).code == 100)
        #expect(try network.delete(container).isSilentSuccess)
        #expect(try network.run("STATUS", 0).isSilentSuccess)
    }

    @Test("STATUS gives code 50 to whoever may not configure networks", arguments: LifecycleNetwork.Kind.allCases)
    func unprivileged(kind: LifecycleNetwork.Kind) async throws {
        let network = LifecycleNetwork(kind, try PluginRunner())
        for plugin in network.plugins.indices {
            // In a user namespace of its own a process has no say over the network namespace it came with.
            let answer = try network.runner.run(
                network.types[plugin], ["CNI_COMMAND": "STATUS"], input: network.configuration(plugin, nil).encoded(),
                wrapper: ["unshare", "--user"])
            #expect(answer.code == 50, "\(answer)")
            #expect(answer.message.contains("Operation not permitted"), "\(answer)")
        }
    }
}
