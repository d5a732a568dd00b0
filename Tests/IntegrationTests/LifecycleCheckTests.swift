// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

/// CHECK of the real programs: silent behind ADD, and a sentence about the first thing that is not as it was.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct LifecycleCheckTests {
    /// One way in which things can change behind the plugins' back.
    struct Drift: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Run on the host; `HOST` stands for the host end.
        var host: String?
        /// Run in the sandbox.
        var sandbox: String?
        /// What the message names.
        let says: String

        static let all = [
            Drift(testDescription: "bridge deleted", host: "ip link delete br1", says: "br1"),
            Drift(testDescription: "bridge down", host: "ip link set br1 down", says: "down"),
            Drift(
                testDescription: "gateway address gone", host: "ip address delete 10.1.1.1/24 dev br1",
                says: "10.1.1.1/24"),
            Drift(testDescription: "unplugged", host: "ip link set HOST nomaster", says: "not a port of bridge br1"),
            Drift(testDescription: "host end down", host: "ip link set HOST down", says: "is down"),
            Drift(testDescription: "interface down", sandbox: "ip link set eth0 down", says: "eth0"),
            Drift(
                testDescription: "address gone", sandbox: "ip address delete 10.1.1.2/24 dev eth0", says: "10.1.1.2/24"),
            Drift(testDescription: "route gone", sandbox: "ip route delete default", says: "0.0.0.0/0"),
            Drift(
                testDescription: "MAC changed", sandbox: "ip link set eth0 address 02:00:00:00:00:77",
                says: "02:00:00:00:00:77"),
            Drift(
                testDescription: "published port gone", host: "nft flush map inet swnet published4", says: "published4"),
            Drift(testDescription: "table gone", host: "nft delete table inet swnet", says: "inet swnet"),
            Drift(
                testDescription: "sysctl changed", sandbox: "sysctl -q -w net.ipv4.conf.eth0.arp_filter=0",
                says: "arp_filter"),
        ]
    }

    @Test("CHECK names what drifted", arguments: LifecycleNetwork.Kind.allCases, Drift.all)
    func drift(kind: LifecycleNetwork.Kind, drift: Drift) async throws {
        let runner = try PluginRunner()
        let network = LifecycleNetwork(kind, runner)
        let container = try LifecycleContainer("c1", runner, runtime: LifecycleContainer.publishing(8080))
        let result = try #require(try network.add(container).object)
        let sound = try network.check(container, result: result)
        #expect(sound.isSilentSuccess, "\(sound)")

        let hostEnd = try #require(result["interfaces"]?.arrayValue?[1].objectValue?["name"]?.stringValue)
        if let command = drift.host {
            let words = command.split(separator: " ").map { $0 == "HOST" ? hostEnd : String($0) }
            _ = try runner.inside { try Command.run(words.joined(separator: " ")) }
        }
        if let command = drift.sandbox { _ = try container.namespace?.run(command) }
        let answer = try network.check(container, result: result)
        #expect(answer.code == 104, "\(answer)")
        #expect(answer.message.contains(drift.says), "\(answer)")
        #expect(try network.delete(container).isSilentSuccess)
    }

    @Test("CHECK passes in every version that has it", arguments: ["0.4.0", "1.0.0", "1.1.0"])
    func versions(version: String) async throws {
        for kind in LifecycleNetwork.Kind.allCases {
            let runner = try PluginRunner()
            let network = LifecycleNetwork(kind, runner).with(version: version)
            let container = try LifecycleContainer("c1", runner, runtime: LifecycleContainer.publishing(8080))
            let result = try #require(try network.add(container).object)
            #expect(result["cniVersion"]?.stringValue == version)
            let answer = try network.check(container, result: result)
            #expect(answer.isSilentSuccess, "\(answer)")
        }
    }
}
