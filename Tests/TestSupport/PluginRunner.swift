// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import JSON
internal import LinuxSystem
package import SystemPackage

/// Runs the real `swnet-cni` program, as a runtime does, with the network namespace that the calling thread has when this
/// is made as the host. State and leases lie in a temporary directory.
package final class PluginRunner: Sendable {
    private let directory: TemporaryDirectory
    /// The namespace that plays the host.
    private let host: NetworkNamespace

    /// - Throws: ``Command/Failure`` when the program is not built.
    package init() throws {
        directory = try TemporaryDirectory()
        host = try NetworkNamespace.current()
        let program = Self.program
        guard File.exists(program) else { throw Command.Failure(description: "\(program) is missing: build it first") }
        for folder in [pluginDirectory, stateDirectory, leaseDirectory, sandboxDirectory] {
            try File.createDirectory(folder)
        }
        for type in Self.types { try Self.link(program, as: pluginDirectory.appending(type)) }
    }

    /// The CNI types of the program.
    package static let types = [
        "bridge", "dnsname", "firewall", "host-local", "loopback", "portmap", "static", "swnet", "tuning",
    ]

    /// The release program that `scripts/test` announces, else the one of the debug build.
    private static var program: FilePath {
        let variable = ProcessContext.environment.last { $0.hasPrefix("SWNET_DIST=") }
        if let variable { return FilePath(String(variable.dropFirst(11))).appending("libexec/swnet/swnet-cni") }
        return FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending(".build/debug/swnet-cni")
    }

    /// Where the programs themselves lie; nil for a path without a folder.
    package var programDirectory: FilePath? { Self.program.removingLastComponent() }

    /// A link to the program for each type: what CNI_PATH names.
    package var pluginDirectory: FilePath { directory.path.appending("bin") }
    /// What SWNET_STATE_DIR names.
    package var stateDirectory: FilePath { directory.path.appending("state") }
    /// For the key `dataDir` of configurations.
    package var leaseDirectory: FilePath { directory.path.appending("leases") }
    private var sandboxDirectory: FilePath { directory.path.appending("netns") }
    /// A path for a file of the test's own, which no snapshot looks at.
    package func scratchPath(_ name: String) -> FilePath { directory.path.appending(name) }

    /// Gives `namespace` a path that a test can take away again; nil only makes up the path.
    package func bind(_ namespace: TestNamespace?, as name: String) throws -> FilePath {
        let path = sandboxDirectory.appending(name)
        if let namespace { try Self.link(namespace.path, as: path) }
        return path
    }

    private static func link(_ target: FilePath, as path: FilePath) throws {
        guard unsafe symlink(target.string, path.string) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Runs the plugin of `type` once.
    ///
    /// - Parameters:
    ///   - variables: `CNI_*` and whatever else it gets beside CNI_PATH and SWNET_STATE_DIR; they replace these.
    ///   - wrapper: A program and its arguments that runs the plugin, such as `strace`.
    package func run(
        _ type: String, _ variables: KeyValuePairs<String, String>, input: [UInt8], wrapper: [String] = []
    ) throws -> PluginAnswer {
        let preset = ["CNI_PATH=\(pluginDirectory)", "SWNET_STATE_DIR=\(stateDirectory)", "PATH=/usr/sbin:/usr/bin"]
            .filter { entry in !variables.contains { entry.hasPrefix($0.key + "=") } }
        let arguments = wrapper + [pluginDirectory.appending(type).string]
        let environment = preset + variables.map { "\($0.key)=\($0.value)" }
        return PluginAnswer(
            try inside { try Command.execute(arguments, input: input, environment: environment) })
    }

    /// What the host and `sandboxes` have, and what is recorded and leased.
    package func snapshot(_ sandboxes: [TestNamespace] = []) throws -> HostSnapshot {
        var snapshot = HostSnapshot()
        try inside { try snapshot.addNamespace("host") }
        for (number, sandbox) in sandboxes.enumerated() {
            try sandbox.inside { try snapshot.addNamespace("sandbox \(number)") }
        }
        for folder in [stateDirectory, leaseDirectory] { try snapshot.addFiles(below: folder) }
        return snapshot
    }

    /// Runs `body` with the calling thread on the host.
    @discardableResult
    package func inside<R>(_ body: () throws -> R) throws -> R {
        do throws(NamespaceError<any Error>) { return try withNetworkNamespace(host, body) } catch {
            guard case .body(let failure) = error else { throw error }
            throw failure
        }
    }
}

/// What a plugin answered.
package struct PluginAnswer: Sendable, CustomStringConvertible {
    /// Nil when a signal ended the plugin.
    package let exitStatus: Int32?
    package let output: [UInt8]
    package let log: String

    init(_ execution: Command.Execution) {
        (exitStatus, output, log) = (execution.exitStatus, execution.standardOutput, execution.standardError)
    }

    package var isSuccess: Bool { exitStatus == 0 }
    /// Success without output.
    package var isSilentSuccess: Bool { exitStatus == 0 && output.isEmpty }
    /// What stands on standard output when that is exactly one object.
    package var object: JSONObject? { try? JSONObject(parsing: output) }
    /// The code of an error object.
    package var code: Int? { object?["code"]?.intValue }
    /// The sentence of an error object.
    package var message: String { object?["msg"]?.stringValue ?? "" }

    package var description: String {
        let end = exitStatus.map { "status \($0)" } ?? "signal"
        return "\(end), \(String(decoding: output, as: UTF8.self)) \(log)"
    }
}
