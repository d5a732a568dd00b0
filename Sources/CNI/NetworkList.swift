// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes
package import SystemPackage

/// A network configuration as an administrator writes it: a list of plugins. CNI 1.1 section 1.
package struct NetworkList: Sendable {
    package let name: NetworkName
    /// What the plugins are told: the newest of `cniVersions` and `cniVersion` that is not newer than we are.
    package let version: CNIVersion
    /// Each has a `type`. Keys nobody knows are kept.
    package let plugins: [JSONObject]
    package let disablesCheck: Bool
    package let disablesGarbageCollection: Bool
    /// The whole object, for keys of other programs (Podman and nerdctl keep labels here).
    package let root: JSONObject

    /// Reads the text of a `.conflist` file.
    ///
    /// - Parameter directory: Where the file is: unless the list says `loadOnlyInlinedPlugins`, plugin objects in
    ///   `<directory>/<network name>/*.conf` are appended. Nil looks at no file.
    /// - Throws: Code 1, 6 or 7; code 5 when those files cannot be read.
    package init(parsing text: [UInt8], directory: FilePath? = nil) throws(CNIError) {
        root = try decoding { () throws(JSONError) in try JSONObject(parsing: text) }
        let reader = ObjectReader(root)
        name = try decoding { () throws(JSONError) in
            try reader.required("name").parse("a network name") { NetworkName($0) }
        }
        version = try effectiveVersion(reader)
        disablesCheck = try reader.flag("disableCheck")
        disablesGarbageCollection = try reader.flag("disableGC")
        var plugins = try decoding { () throws(JSONError) in
            try (reader.array("plugins") ?? []).map { element throws(JSONError) in try element.object() }
        }
        if let directory, try !reader.flag("loadOnlyInlinedPlugins") {
            plugins += try additionalPlugins(in: directory.appending(name.text))
        }
        guard !plugins.isEmpty else {
            throw CNIError(.invalidConfiguration, "network \(name) has no plugins")
        }
        for plugin in plugins { try checkType(of: plugin) }
        self.plugins = plugins.map(\.object)
    }

    /// Reads the text of a `.conf` or `.json` file: one plugin, which lends the list its name and version.
    package init(parsingSinglePlugin text: [UInt8]) throws(CNIError) {
        root = try decoding { () throws(JSONError) in try JSONObject(parsing: text) }
        let reader = ObjectReader(root)
        name = try decoding { () throws(JSONError) in
            try reader.required("name").parse("a network name") { NetworkName($0) }
        }
        version = try effectiveVersion(reader)
        try checkType(of: reader)
        plugins = [root]
        disablesCheck = false
        disablesGarbageCollection = false
    }

    /// Reads a file; its extension says which kind it is.
    package init(file: FilePath) throws(CNIError) {
        do throws(CNIError) {
            let text = try readConfiguration(file)
            if file.extension == "conflist" {
                try self.init(parsing: text, directory: file.removingLastComponent())
            } else {
                try self.init(parsingSinglePlugin: text)
            }
        } catch { throw error.prefixed("\(file): ") }
    }
}

/// The newest version of the list that we speak. One that is malformed makes the whole list invalid.
private func effectiveVersion(_ reader: ObjectReader) throws(CNIError) -> CNIVersion {
    let (single, several) = try decoding { () throws(JSONError) in
        (try reader.string("cniVersion") ?? "", try reader.strings("cniVersions") ?? [])
    }
    guard !several.isEmpty else { return try supported(single) }
    var best: (text: String, number: CNIVersionNumber)?
    for text in several + (single.isEmpty ? [] : [single]) {
        guard let number = CNIVersionNumber(text) else {
            throw CNIError(.decodingFailure, "cniVersions: \"\(text)\" is not a version")
        }
        guard number <= CNIVersion.newest.number, best.map({ $0.number < number }) ?? true else { continue }
        best = (text, number)
    }
    return try supported(best?.text ?? several[0])
}

private func supported(_ text: String) throws(CNIError) -> CNIVersion {
    guard let version = CNIVersion(text) else {
        throw CNIError(
            .incompatibleVersion, "CNI version \"\(text)\" is not supported; the newest is \(CNIVersion.newest)")
    }
    return version
}

private func checkType(of plugin: ObjectReader) throws(CNIError) {
    _ = try decoding { () throws(JSONError) in
        try plugin.required("type").parse("a plugin type") { isFileName($0) ? $0 : nil }
    }
}

extension ObjectReader {
    /// A boolean, or one in quotes: the CNI library takes both here.
    fileprivate func flag(_ key: String) throws(CNIError) -> Bool {
        try decoding { () throws(JSONError) in
            guard let value = value(key) else { return false }
            switch value.value.stringValue?.lowercased() {
            case "true": return true
            case "false": return false
            case _: return try value.bool()
            }
        }
    }
}
