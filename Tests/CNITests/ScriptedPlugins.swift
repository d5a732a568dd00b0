// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import SystemPackage
import TestSupport

/// A plugin directory with shell scripts for plugins. Each appends its name and verb to a log and keeps its last input.
struct ScriptedPlugins {
    private let folder: TemporaryDirectory
    var path: FilePath { folder.path }

    init() throws { folder = try TemporaryDirectory() }

    /// - Parameter script: What the plugin does after it has read its input.
    func install(_ type: String, _ script: String) throws {
        let text = """
            #!/bin/sh
            cat > \(path)/\(type).input
            env | grep ^CNI_ | sort > \(path)/\(type).environment
            echo "\(type) $CNI_COMMAND" >> \(path)/log
            \(script)
            """
        try AtomicFile.write(Array(text.utf8), to: path.appending(type), permissions: .ownerReadWriteExecute)
    }

    /// What the plugin of this type last read.
    func input(of type: String) throws -> JSONObject {
        try JSONObject(parsing: File.read(path.appending("\(type).input")))
    }

    func inputText(of type: String) throws -> String { try text("\(type).input") }

    /// The variables of the protocol that the plugin of this type last saw.
    func environment(of type: String) throws -> [String] {
        try text("\(type).environment").split(separator: "\n").map(String.init)
    }

    /// `type VERB` for every run, in order.
    func log() throws -> [String] {
        guard File.exists(path.appending("log")) else { return [] }
        return try text("log").split(separator: "\n").map(String.init)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try File.read(path.appending(name)), as: UTF8.self)
    }
}
