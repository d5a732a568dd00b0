// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import LinuxSystem
internal import SwnetState

/// Where networks are configured and remembered.
struct LayoutOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Directory of CNI configurations (default: the one that runtimes use).", valueName: "directory"))
    var configDir: String?

    var layout: StateLayout { Self.layout(configurationDirectory: configDir) }

    /// - Parameter directory: Nil for the one that the environment says, or the usual one.
    static func layout(configurationDirectory directory: String?) -> StateLayout {
        let variables = environment
        return StateLayout(
            runDirectory: variables[StateLayout.runDirectoryVariable],
            leaseDirectory: variables[StateLayout.leaseDirectoryVariable],
            configurationDirectory: directory ?? variables[StateLayout.configurationDirectoryVariable])
    }

    /// Leads this program, and the plugins that it runs, to directories of the person's own where the system's are not
    /// theirs to use.
    static func adoptPersonalDirectories() {
        // What cannot be found out is as on any host; whatever is not permitted there will say so.
        guard (try? UserNamespace.isPersonal()) == true,
            let host = try? NetworkNamespace.current().identity().inode
        else { return }
        for variable in StateLayout.personalVariables(environment: environment, host: host) {
            ProcessContext.setEnvironment(variable.name, to: variable.value)
        }
    }

    /// The environment by name; of several entries with one name the first counts, as for getenv(3).
    static var environment: [String: String] {
        let pairs = ProcessContext.environment.compactMap { entry -> (String, String)? in
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
