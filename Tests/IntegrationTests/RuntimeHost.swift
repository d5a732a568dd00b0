// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// Where plugin programs come from.
enum PluginSuite: String, CaseIterable, Sendable {
    case ours
    /// containernetworking-plugins as Debian packages it.
    case debian

    static let debianDirectory: FilePath = "/usr/lib/cni"
}

/// A host on a LAN with plugins installed, and what a container runtime does on it.
final class RuntimeHost {
    let machine: TestHost
    let runner: PluginRunner
    /// Those it made live as long as it does.
    fileprivate var sandboxes: [TestNamespace] = []

    /// - Parameter plugins: Types that are not ours here.
    init(_ plugins: [String: PluginSuite] = [:]) throws {
        let machine = try TestHost()
        self.machine = machine
        runner = try machine.host.inside { try PluginRunner() }
        for (type, suite) in plugins { try install(type, from: suite) }
    }

    var host: TestNamespace { machine.host }
    var neighbour: TestNamespace { machine.neighbour }

    /// Exchanges the program of a type, as whoever swaps the plugin directory does.
    func install(_ type: String, from suite: PluginSuite) throws {
        // The link of another type leads to our program.
        let program = suite == .ours ? "loopback" : PluginSuite.debianDirectory.appending(type)
        try Command.run("ln -sfn \(program) \(runner.pluginDirectory.appending(type))")
    }

    /// Reads a network's configuration. `$LEASES` in it stands for the directory of leases, `$FOLDER` for a scratch one.
    func network(_ text: String) throws -> RuntimeNetwork {
        let text = text.replacing("$LEASES", with: runner.leaseDirectory.string)
        let path = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SWNET_STATE_DIR=\(runner.stateDirectory)"]
        let list = try NetworkList(parsing: Array(text.utf8))
        return RuntimeNetwork(
            host: self, chain: PluginChain(list, path: [runner.pluginDirectory], environment: path))
    }

    /// A network of one kind with addresses of some families; see ``NetworkPlan``.
    func network(_ plan: NetworkPlan) throws -> RuntimeNetwork { try network(plan.text) }

    /// Records what differs from `before` as issues of the test.
    func expectUnchanged(
        since before: HostSnapshot, _ sandboxes: [TestNamespace] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let changes = try snapshot(sandboxes).changes(since: before)
        #expect(changes.isEmpty, "\(changes.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }

    func snapshot(_ sandboxes: [TestNamespace] = []) throws -> HostSnapshot { try runner.snapshot(sandboxes) }
}

/// A network of a ``RuntimeHost``.
struct RuntimeNetwork {
    let host: RuntimeHost
    let chain: PluginChain

    /// Attaches a container.
    ///
    /// - Parameters:
    ///   - sandbox: Its namespace; nil makes one.
    ///   - arguments: `CNI_ARGS`.
    ///   - capabilities: What plugins that declare them get as `runtimeConfig`.
    func attach(
        _ container: String, to sandbox: TestNamespace? = nil, as interface: String = "eth0", arguments: String = "",
        capabilities: JSONObject = [:]
    ) throws -> RuntimeAttachment {
        let sandbox = try sandbox ?? TestNamespace()
        host.sandboxes.append(sandbox)
        let id = AttachmentID(
            container: try #require(ContainerID(container)), interface: try #require(InterfaceName(interface)))
        let attachment = PluginChain.Attachment(
            id, netns: sandbox.path, arguments: arguments, capabilities: capabilities)
        let answer = try host.host.inside { try chain.add(attachment) }
        return RuntimeAttachment(
            network: self, sandbox: sandbox, attachment: attachment, answer: answer,
            result: try CNIResult(decoding: answer, assuming: chain.list.version))
    }

    /// The DEL that runtimes owe after a failed ADD.
    func discard(_ container: String, as interface: String = "eth0") throws {
        let id = AttachmentID(
            container: try #require(ContainerID(container)), interface: try #require(InterfaceName(interface)))
        try host.host.inside { try chain.delete(PluginChain.Attachment(id, netns: nil), previous: nil) }
    }

    /// The error of an ADD that must fail.
    func refusal(
        _ container: String, to sandbox: TestNamespace? = nil, as interface: String = "eth0", arguments: String = "",
        capabilities: JSONObject = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> CNIError {
        let error = #expect(throws: CNIError.self, sourceLocation: sourceLocation) {
            _ = try attach(container, to: sandbox, as: interface, arguments: arguments, capabilities: capabilities)
        }
        return try #require(error, sourceLocation: sourceLocation)
    }
}

/// A container on a network.
struct RuntimeAttachment {
    let network: RuntimeNetwork
    let sandbox: TestNamespace
    let attachment: PluginChain.Attachment
    /// The final result as the last plugin wrote it.
    let answer: JSONObject
    let result: CNIResult

    var addresses: [IPAddress] { result.addresses.map(\.prefix.address) }
    /// The interface in the sandbox, as the result tells.
    var interface: CNIResult.Interface? { result.interfaces.first { $0.sandbox != nil } }
    /// The host end of the veth pair.
    var hostInterface: String { result.interfaces.count > 1 ? result.interfaces[1].name : "" }

    func check() throws { try network.host.host.inside { try network.chain.check(attachment, previous: answer) } }

    func detach() throws {
        try network.host.host.inside { try network.chain.delete(attachment, previous: answer) }
    }

    /// DEL as runtimes do it whose container is long gone: neither namespace nor result.
    func detachBlindly() throws {
        let blind = PluginChain.Attachment(
            attachment.id, netns: nil, arguments: attachment.arguments, capabilities: attachment.capabilities)
        try network.host.host.inside { try network.chain.delete(blind, previous: nil) }
    }
}

extension String {
    fileprivate func replacing(_ placeholder: String, with value: String) -> String {
        var text = self
        while let place = text.firstRange(of: placeholder) { text.replaceSubrange(place, with: value) }
        return text
    }
}
