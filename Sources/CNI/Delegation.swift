// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// Another plugin that does a part of a verb, an IPAM plugin above all. CNI 1.1 section 4.
///
/// It gets the very bytes that came on standard input, and the environment with another `CNI_COMMAND`. A plugin of this
/// program is called as a function: that saves a process, and nothing else can tell.
package struct Delegation {
    private enum Target {
        case sibling(any CNIPlugin.Type)
        case process(PluginProcess)
    }

    private let target: Target

    /// The plugin, if it is one of this program.
    package var sibling: (any CNIPlugin.Type)? {
        guard case .sibling(let plugin) = target else { return nil }
        return plugin
    }

    /// Finds the plugin of `type` that the runtime's `CNI_PATH` names.
    ///
    /// Our own is taken when the file there is this very program, or when the path has no such plugin: what ADD made
    /// must not stay because somebody tidied a directory.
    ///
    /// - Throws: Code 7 when there is none.
    package init(to type: String, for context: CNINetworkRequest) throws(CNIError) {
        let sibling = plugin(named: type, among: context.siblings)
        do throws(CNIError) {
            let process = try PluginProcess(type, in: context.path)
            if let sibling, isThisProgram(process.program) {
                target = .sibling(sibling)
            } else {
                target = .process(process)
            }
        } catch {
            guard let sibling else { throw error }
            target = .sibling(sibling)
        }
    }

    /// - Returns: What the plugin gave, in whatever version it answered; an IPAM result has no interfaces.
    package func add(_ request: CNIRequest) throws(CNIError) -> CNIResult {
        switch target {
        case .sibling(let plugin): return try plugin.add(request.replacing(.add))
        case .process(let process):
            guard let object = try run(process, .add, request.context) else {
                throw CNIError(.decodingFailure, "plugin \"\(process.type)\" answered ADD with nothing")
            }
            return try CNIResult(decoding: object, assuming: request.configuration.version)
        }
    }

    package func delete(_ request: CNIRequest) throws(CNIError) {
        switch target {
        case .sibling(let plugin): try plugin.delete(request.replacing(.delete))
        case .process(let process): _ = try run(process, .delete, request.context)
        }
    }

    package func check(_ request: CNIRequest) throws(CNIError) {
        switch target {
        case .sibling(let plugin): try plugin.check(request.replacing(.check))
        case .process(let process): _ = try run(process, .check, request.context)
        }
    }

    package func collectGarbage(
        _ request: CNINetworkRequest, keeping valid: Set<AttachmentID>
    ) throws(CNIError) {
        switch target {
        case .sibling(let plugin): try plugin.collectGarbage(request.replacing(.collectGarbage), keeping: valid)
        case .process(let process): _ = try run(process, .collectGarbage, request)
        }
    }

    package func status(_ request: CNINetworkRequest) throws(CNIError) {
        switch target {
        case .sibling(let plugin): try plugin.status(request.replacing(.status))
        case .process(let process): _ = try run(process, .status, request)
        }
    }

    private func run(
        _ process: PluginProcess, _ command: CNICommand, _ context: CNINetworkRequest
    ) throws(CNIError) -> JSONObject? {
        try process.run(
            command, input: context.configuration.bytes,
            environment: replacing([(.command, command.rawValue)], in: context.environment))
    }
}

/// Whether `path` leads to the file that this process runs, through whatever links.
private func isThisProgram(_ path: FilePath) -> Bool {
    do throws(SystemError) {
        guard let file = try FileStatus.ofFile(at: path), let own = try FileStatus.ofFile(at: "/proc/self/exe") else {
            return false
        }
        return (file.device, file.inode) == (own.device, own.inode)
    } catch { return false }  // another program, then, as far as anybody can tell
}
