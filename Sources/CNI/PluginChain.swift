// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes
package import SystemPackage

/// What a runtime does with a network: run the plugins of a list, verb by verb. CNI 1.1 section 3.
///
/// The same as libcni, except that nothing is cached: results are the caller's to keep. Each plugin is a process.
package struct PluginChain: Sendable {
    /// What a runtime decides about one attachment.
    package struct Attachment: Sendable {
        package let id: AttachmentID
        /// The sandbox; nil when it is gone, which only DEL allows.
        package let netns: FilePath?
        /// `CNI_ARGS`.
        package let arguments: String
        /// Values by capability; each plugin gets those it declares.
        package let capabilities: JSONObject

        package init(
            _ id: AttachmentID, netns: FilePath?, arguments: String = "", capabilities: JSONObject = [:]
        ) {
            self.id = id
            self.netns = netns
            self.arguments = arguments
            self.capabilities = capabilities
        }
    }

    package let list: NetworkList
    /// Where plugins are: `CNI_PATH`.
    package let path: [FilePath]
    /// The whole environment of the plugins but for the variables of the protocol.
    package let environment: [String]

    package init(_ list: NetworkList, path: [FilePath], environment: [String]) {
        self.list = list
        self.path = path
        self.environment = environment
    }

    /// Runs ADD from the first plugin to the last.
    ///
    /// - Returns: The result of the last plugin, with its version; see ``CNIResult/init(decoding:assuming:)``.
    /// - Throws: The error of the plugin that failed. Those before it are not undone: the caller runs ``delete(_:previous:)``.
    package func add(_ attachment: Attachment) throws(CNIError) -> JSONObject {
        var result: JSONObject?
        for plugin in list.plugins {
            guard var answer = try run(.add, plugin, attachment, previous: result) else {
                throw CNIError(.decodingFailure, "\(describe(plugin)) answered ADD with nothing")
            }
            if answer.value(ignoringCaseOf: "cniVersion") == nil {
                answer.set("cniVersion", to: .string(list.version.rawValue))
            }
            result = answer
        }
        return result ?? [:]
    }

    /// Runs DEL from the last plugin to the first and stops at the first that fails.
    ///
    /// - Parameter previous: What ``add(_:)`` returned, if it did.
    package func delete(_ attachment: Attachment, previous: JSONObject?) throws(CNIError) {
        let previous = list.version < .v0_4_0 ? nil : previous
        for plugin in list.plugins.reversed() { _ = try run(.delete, plugin, attachment, previous: previous) }
    }

    /// Runs CHECK from the first plugin to the last, unless the list forbids it.
    package func check(_ attachment: Attachment, previous: JSONObject) throws(CNIError) {
        guard list.version >= .v0_4_0 else {
            throw CNIError(
                .incompatibleVersion, "network \(list.name) has CNI version \(list.version), which has no CHECK")
        }
        guard !list.disablesCheck else { return }
        for plugin in list.plugins { _ = try run(.check, plugin, attachment, previous: previous) }
    }

    /// Runs GC in every plugin, past failures, unless the list forbids it or is older than GC.
    ///
    /// - Throws: The first failure.
    package func collectGarbage(keeping valid: some Sequence<AttachmentID>) throws(CNIError) {
        guard list.version >= .v1_1_0, !list.disablesGarbageCollection else { return }
        let attachments = JSON.array(
            valid.map { ["containerID": .string($0.container.text), "ifname": .string($0.interface.text)] })
        var firstFailure: CNIError?
        for plugin in list.plugins {
            var plugin = plugin
            plugin.set("cni.dev/valid-attachments", to: attachments)
            plugin.set("cni.dev/attachments", to: attachments)
            do throws(CNIError) { _ = try run(.collectGarbage, plugin, nil, previous: nil) } catch {
                firstFailure = firstFailure ?? error
            }
        }
        if let firstFailure { throw firstFailure }
    }

    /// Runs STATUS in every plugin until one is not ready; lists older than STATUS are ready.
    package func status() throws(CNIError) {
        guard list.version >= .v1_1_0 else { return }
        for plugin in list.plugins { _ = try run(.status, plugin, nil, previous: nil) }
    }
}

extension PluginChain {
    private func run(
        _ command: CNICommand, _ plugin: JSONObject, _ attachment: Attachment?, previous: JSONObject?
    ) throws(CNIError) -> JSONObject? {
        do throws(CNIError) {
            let type = try decoding { () throws(JSONError) in try ObjectReader(plugin).required("type").string() }
            return try PluginProcess(type, in: path).run(
                command, input: request(plugin, attachment, previous).encoded(),
                environment: variables(command, attachment))
        } catch { throw error.prefixed("\(describe(plugin)) failed at \(command.rawValue): ") }
    }

    private func describe(_ plugin: JSONObject) -> String {
        let type = plugin.value(ignoringCaseOf: "type")?.stringValue ?? ""
        return "plugin \(type) of network \(list.name)"
    }

    /// The plugin's object with what the runtime adds. CNI 1.1 section 3, "Deriving request configuration".
    private func request(_ plugin: JSONObject, _ attachment: Attachment?, _ previous: JSONObject?) -> JSONObject {
        var request = plugin
        request.set("name", to: .string(list.name.text))
        request.set("cniVersion", to: .string(list.version.rawValue))
        if let previous { request.set("prevResult", to: .object(previous)) }
        let declared = plugin.value(ignoringCaseOf: "capabilities")?.objectValue ?? [:]
        let wanted = (attachment?.capabilities ?? [:]).filter { declared[$0.key] == true }
        if !wanted.isEmpty { request.set("runtimeConfig", to: .object(JSONObject(wanted.map { ($0.key, $0.value) }))) }
        return request
    }

    /// All six variables are always there; those that do not apply are empty.
    private func variables(_ command: CNICommand, _ attachment: Attachment?) -> [String] {
        replacing(
            [
                (.command, command.rawValue), (.containerID, attachment?.id.container.text ?? ""),
                (.netns, attachment?.netns?.string ?? ""), (.interfaceName, attachment?.id.interface.text ?? ""),
                (.arguments, attachment?.arguments ?? ""), (.path, path.map(\.string).joined(separator: ":")),
            ], in: environment)
    }
}
