// SPDX-License-Identifier: Apache-2.0

/// What a runtime starts a plugin with, standard input aside.
package struct Invocation: Sendable {
    /// The argument vector, program name first.
    package let arguments: [String]
    /// `NAME=value` entries.
    package let environment: [String]

    package init(arguments: [String], environment: [String]) {
        self.arguments = arguments
        self.environment = environment
    }

    /// The value of a variable; unset and empty are the same. Of several entries the last counts.
    package subscript(variable: CNIVariable) -> String {
        let prefix = variable.rawValue + "="
        guard let entry = environment.last(where: { $0.utf8.starts(with: prefix.utf8) }) else { return "" }
        return String(Substring(entry.utf8.dropFirst(prefix.utf8.count)))
    }

    /// The plugin this program is started as.
    ///
    /// The name of the program decides, as symbolic links give it: a CNI type, also behind `buildkit-cni-` (which
    /// BuildKit ships its plugins as) or `swnet-`. A program of another name takes the type from its first argument.
    /// Anything else on the command line is ignored: runtimes probe plugins with flags of their own.
    func selectPlugin(from plugins: [any CNIPlugin.Type]) -> (any CNIPlugin.Type)? {
        guard let program = arguments.first?.split(at: "/").last else { return nil }
        if let plugin = plugin(named: program, among: plugins) { return plugin }
        return arguments.dropFirst().first.flatMap { plugin(named: $0, among: plugins) }
    }
}

/// The plugin of a CNI type, also by one of the prefixed names that programs and configurations use.
func plugin(named name: String, among plugins: [any CNIPlugin.Type]) -> (any CNIPlugin.Type)? {
    if let plugin = plugins.first(where: { $0.type == name }) { return plugin }
    for prefix in ["buildkit-cni-", "swnet-"] where name.hasPrefix(prefix) {
        let type = name.dropFirst(prefix.count)
        if let plugin = plugins.first(where: { $0.type == type }) { return plugin }
    }
    return nil
}

extension String {
    /// The parts between the bytes of an ASCII character, empty ones left out. Splitting at a `Character` would miss one
    /// that a combining mark follows.
    func split(at separator: Unicode.Scalar) -> [String] {
        utf8.split(separator: UInt8(ascii: separator)).map { String(Substring($0)) }
    }
}
