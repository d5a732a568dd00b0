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

    var layout: StateLayout {
        StateLayout(
            runDirectory: Self.environment[StateLayout.runDirectoryVariable], configurationDirectory: configDir)
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
