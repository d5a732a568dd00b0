// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import CNI
internal import JSON

/// `swnet version`: which program this is.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Show the version.")

    @OptionGroup var format: FormatOptions

    func run() {
        let versions = CNIVersion.allCases.map(\.rawValue)
        switch format.format {
        case .json:
            Terminal.show(["version": .string(pluginVersion), "cniVersions": .array(versions.map { .string($0) })])
        case .table:
            print("swnet \(pluginVersion), CNI \(versions.joined(separator: " "))")
        }
    }
}
