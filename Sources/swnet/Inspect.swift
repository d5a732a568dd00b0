// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// `swnet inspect`: everything about networks, for people and programs.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show everything about networks.",
        discussion: """
            Shows for each network who made it and where it is configured, the state of its bridge in the kernel, how many \
            addresses are leased and free, which containers are attached, which kernel settings of the host swnet \
            changed, and what the firewall holds for it. Networks of other programs are shown too, and left alone.

            With --format json it prints an array with an object for each network, whose keys stay the same in later \
            versions.
            """)

    @Argument(help: ArgumentHelp("Network; several are allowed.", valueName: "network"))
    var names: [NetworkName]
    @OptionGroup var format: FormatOptions
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let layout = directories.layout
        let catalog = try NetworkCatalog(layout)
        let networks = try names.map { name throws(Failure) in try catalog.network(name) }
        let inspections = try networks.map { try NetworkInspection($0, catalog.file(of: $0.name), layout) }
        switch format.format {
        case .json: Terminal.show(.array(inspections.map { .object($0.json) }))
        case .table:
            let texts = inspections.map { $0.text(columns: StandardStreams.outputColumns, now: Timestamp.now()) }
            print(texts.joined(separator: "\n"), terminator: "")
        }
    }
}
