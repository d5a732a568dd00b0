// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes

/// The object on a plugin's standard input. CNI 1.1 sections 1 and 3.
package struct NetworkConfiguration: Sendable {
    /// As received; what a delegate gets.
    package let bytes: [UInt8]
    /// Everything, for what only one plugin knows.
    package let root: JSONObject
    package let name: NetworkName
    package let version: CNIVersion
    /// The name this plugin was called by, which need not be the name it has here; empty when absent.
    package let type: String
    /// The result so far on ADD, the final one on CHECK and DEL; nil when absent or not asked for.
    package let previousResult: CNIResult?
    /// What the runtime passed by capability; empty when absent.
    package let runtimeConfiguration: ObjectReader
    /// `args.cni`, the arguments with a convention; empty when absent.
    package let arguments: ObjectReader

    /// The whole object, for typed look-ups.
    package var reader: ObjectReader { ObjectReader(root) }

    /// Decodes this plugin's own part; what is wrong in it becomes a ``CNIError`` with the right code.
    package func decode<Result>(
        _ body: (ObjectReader) throws(JSONError) -> Result
    ) throws(CNIError) -> Result {
        do throws(JSONError) { return try body(reader) } catch { throw CNIError(error) }
    }

    /// The well-known key `dns`.
    package func dns() throws(CNIError) -> CNIResult.DNS {
        try decode { reader throws(JSONError) in try CNIResult.DNS(reader.object("dns")) }
    }

    /// The well-known key `ipMasq`.
    package func masquerades() throws(CNIError) -> Bool {
        try decode { reader throws(JSONError) in try reader.bool("ipMasq") ?? false }
    }

    /// The plugin that `ipam` names; nil when there is none (Podman writes `"ipam": {"type": ""}` for that).
    package func addressManager() throws(CNIError) -> String? {
        try decode { reader throws(JSONError) in try reader.object("ipam")?.string("type") }.flatMap {
            $0.isEmpty ? nil : $0
        }
    }

    /// Capabilities this plugin declares. Runtimes leave the key in, although the specification wants it removed.
    package var capabilities: [String] {
        let declared = root.value(ignoringCaseOf: "capabilities")?.objectValue ?? JSONObject()
        return declared.filter { $0.value == true }.map(\.key)
    }
}

/// A configuration of which only the name has been read: what is needed to decide on the rest.
struct UncheckedConfiguration {
    let bytes: [UInt8]
    let root: JSONObject
    let name: NetworkName

    init(_ bytes: [UInt8]) throws(CNIError) {
        self.bytes = bytes
        do throws(JSONError) { root = try JSONObject(parsing: bytes) } catch {
            throw CNIError(.decodingFailure, "configuration on standard input is not a JSON object: \(error)")
        }
        let reader = ObjectReader(root)
        guard let text = try decoding({ () throws(JSONError) in try reader.string("name") }), !text.isEmpty else {
            throw CNIError(.invalidConfiguration, "missing network name")
        }
        guard let name = NetworkName(text) else {
            let isTooLong = text.utf8.count > NetworkName.maximumLength
            let problem =
                isTooLong
                ? "network name is longer than \(NetworkName.maximumLength) bytes"
                : "invalid characters found in network name"
            throw CNIError(.invalidConfiguration, problem, details: text)
        }
        self.name = name
    }

    /// `cniVersion` as written; empty when absent.
    func versionText() throws(CNIError) -> String {
        try decoding { () throws(JSONError) in try ObjectReader(root).string("cniVersion") } ?? ""
    }

    /// The version, if `command` may be used with it. The order of checks is that of the reference.
    func version(for command: CNICommand) throws(CNIError) -> CNIVersion {
        let text = try versionText()
        if command.introduced > .v0_1_0 {
            guard let number = CNIVersionNumber(text) else {
                throw CNIError(.decodingFailure, "cniVersion \"\(text)\" is not a version")
            }
            guard number >= command.introduced.number else {
                throw CNIError(
                    .incompatibleVersion, "config version does not allow \(command.rawValue)",
                    details: "config is \"\(text)\", \(command.rawValue) came with \(command.introduced)")
            }
            guard number <= CNIVersion.newest.number else {
                throw CNIError(
                    .incompatibleVersion, "plugin version does not allow \(command.rawValue)",
                    details: incompatibility(text))
            }
        }
        guard let version = CNIVersion(text) else {
            throw CNIError(.incompatibleVersion, "incompatible CNI versions", details: incompatibility(text))
        }
        return version
    }

    private func incompatibility(_ text: String) -> String {
        let supported = CNIVersion.allCases.map { "\"\($0)\"" }.joined(separator: " ")
        return "config is \"\(text)\", plugin supports [\(supported)]"
    }
}

extension NetworkConfiguration {
    /// Reads what every plugin needs for `command`.
    ///
    /// What DEL can do without is left out with a warning when it is wrong: nothing that can be cleaned up may stay
    /// because somebody edited the configuration.
    init(
        _ unchecked: UncheckedConfiguration, for command: CNICommand, warn: @escaping (String) -> Void
    ) throws(CNIError) {
        bytes = unchecked.bytes
        root = unchecked.root
        name = unchecked.name
        version = try unchecked.version(for: command)
        let parts = OptionalParts(reader: ObjectReader(root), warn: command == .delete ? warn : nil)
        type = try parts.read { reader throws(JSONError) in try reader.string("type") } ?? ""
        let none = ObjectReader(JSONObject())
        runtimeConfiguration = try parts.read { reader throws(JSONError) in try reader.object("runtimeConfig") } ?? none
        arguments = try parts.read { reader throws(JSONError) in try reader.object("args")?.object("cni") } ?? none
        previousResult =
            switch command {
            case .add, .check, .delete: try parts.previousResult(version)
            case .collectGarbage, .status, .version: nil
            }
    }
}

/// The parts of a configuration without which a plugin can still clean up.
private struct OptionalParts {
    let reader: ObjectReader
    /// Where a wrong part is reported; nil when it stops the verb instead.
    let warn: ((String) -> Void)?

    func read<Value>(_ body: (ObjectReader) throws(JSONError) -> Value?) throws(CNIError) -> Value? {
        do throws(JSONError) { return try body(reader) } catch { return try ignore(CNIError(error)) }
    }

    /// `prevResult` must belong to the family of the configuration's version. CNI 1.1 section 3.
    func previousResult(_ version: CNIVersion) throws(CNIError) -> CNIResult? {
        guard let part = try read({ reader throws(JSONError) in try reader.object("prevResult") }) else { return nil }
        do throws(CNIError) {
            let own = try CNIResult.version(of: part.object) ?? version
            guard own.family == version.family else { throw foreignResult(own, in: version) }
            return try decoding { () throws(JSONError) in try CNIResult(part, own) }
        } catch { return try ignore(error) }
    }

    private func ignore<Value>(_ error: CNIError) throws(CNIError) -> Value? {
        guard let warn else { throw error }
        warn("ignored while deleting: \(error)")
        return nil
    }
}

private func foreignResult(_ own: CNIVersion, in version: CNIVersion) -> CNIError {
    let readable = CNIVersion.members(of: version.family).map(\.rawValue).joined(separator: ", ")
    return CNIError(
        .invalidConfiguration,
        "could not parse prevResult: it has version \(own), and a configuration of version \(version) takes \(readable)"
    )
}
