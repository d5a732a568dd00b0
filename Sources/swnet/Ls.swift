// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import NetworkTypes
internal import SwnetState

/// `swnet ls`: the networks that are configured on this host.
struct Ls: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List networks.",
        discussion: """
            Shows every network that is configured on this host, also those that Podman or a person made: its name, the \
            CNI types it is made of, its subnets, its bridge, and how many containers are attached to it through swnet.
            """)

    @OptionGroup var format: FormatOptions
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let layout = directories.layout
        let networks = try NetworkStore(layout).list()
        for failure in networks.failures { Terminal.warn("\(failure)") }
        let endpoints = try EndpointView.all(layout)
        let rows = networks.files.map(NetworkSummary.init).map { summary in
            (summary, endpoints.count { $0.network == summary.name })
        }
        switch format.format {
        case .json: Terminal.show(.array(rows.map { $0.json(endpoints: $1) }))
        case .table: Terminal.show(Self.table(rows))
        }
    }

    static func table(_ rows: [(NetworkSummary, Int)]) -> TextTable {
        var table = TextTable(["NAME", "TYPE", "SUBNETS", "BRIDGE", "ENDPOINTS"])
        for (summary, endpoints) in rows {
            table.append([
                summary.name.text, summary.types.joined(separator: "+"),
                summary.subnets.map(\.description).joined(separator: " "), summary.bridge?.text ?? "", "\(endpoints)",
            ])
        }
        return table
    }
}
