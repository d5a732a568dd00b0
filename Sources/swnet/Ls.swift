// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import NetworkTypes
internal import SwnetState

/// `swnet ls`: the networks of this host.
struct Ls: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List networks.",
        discussion: """
            Shows every network of this host: those of 'swnet create' (origin swnet), those that another program or a \
            person configured (origin other; swnet only looks at them), and the built-in ones: bridge, which is made \
            when it is first used, host and none. ENDPOINTS is how many containers are attached through swnet.

            Filters: name and id (a part of it), driver, origin, type (custom or builtin), label (KEY or KEY=VALUE), \
            label!, internal, dangling (nobody attached; true or false), until (made before, such as 24h ago). Several \
            values of one key are alternatives, but labels must all be there; several keys must all hold.

            Examples:

              swnet ls --filter origin=swnet --filter dangling=true
              swnet ls --quiet --filter label=tier=web
            """,
        aliases: ["list"])

    @Option(
        name: [.customShort("f"), .customLong("filter")],
        help: ArgumentHelp("Only networks for which it holds, see above; repeatable.", valueName: "key=value"))
    var criteria: [NetworkSelection.Criterion] = []
    @Flag(name: .shortAndLong, help: "Only names, one a line.")
    var quiet = false
    @OptionGroup var format: FormatOptions
    @OptionGroup var directories: LayoutOptions

    func validate() throws { _ = try criteria.selection() }

    func run() throws {
        let layout = directories.layout
        let catalog = try NetworkCatalog(layout)
        let selection = try criteria.selection()
        let endpoints = try EndpointView.all(layout)
        let rows = catalog.networks
            .map { network in (network, endpoints.count { $0.network == network.name }) }
            .filter { selection.contains($0, endpoints: $1) }
        if quiet {
            for (network, _) in rows { print(network.name) }
            return
        }
        switch format.format {
        case .json: Terminal.show(.array(rows.map { .object($0.json(endpoints: $1)) }))
        case .table: Terminal.show(rows.table)
        }
    }
}

extension [(NetworkSummary, Int)] {
    /// The list for people, in the order given.
    package var table: TextTable {
        var table = TextTable(["NAME", "DRIVER", "ORIGIN", "SUBNETS", "BRIDGE", "ENDPOINTS"])
        for (network, endpoints) in self {
            table.append([
                network.name.text, network.driver, network.origin.rawValue,
                network.subnets.map(\.description).joined(separator: " "), network.bridge?.text ?? "",
                network.path == nil ? "" : "\(endpoints)",
            ])
        }
        return table
    }
}
