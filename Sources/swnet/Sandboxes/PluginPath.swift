// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import SwnetState
package import SystemPackage

/// Where CNI plugins are looked for.
package enum PluginPath {
    /// What `CNI_PATH` says, our own programs, and the usual places, in this order.
    static var current: [FilePath] {
        directories(
            variable: LayoutOptions.environment["CNI_PATH"] ?? "", program: File.target(ofLink: "/proc/self/exe"))
    }

    /// - Parameters:
    ///   - variable: Directories with colons between.
    ///   - program: The file of this program: `<prefix>/bin/swnet`, beside `<prefix>/libexec/swnet`.
    package static func directories(variable: String, program: FilePath?) -> [FilePath] {
        let named = variable.split(separator: ":").map { FilePath(String($0)) }
        let own = program.map { $0.removingLastComponent().removingLastComponent().appending("libexec/swnet") }
        return named + (own.map { [$0] } ?? []) + StateLayout.pluginDirectories
    }
}
