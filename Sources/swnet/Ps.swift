// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// `swnet ps`: what is attached to networks.
struct Ps: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps", abstract: "List attached containers.",
        discussion: """
            Shows every container that is attached to a network through swnet, whichever runtime started it, and the \
            sandboxes of 'swnet run': name, network, addresses, published ports, and for how long. What was attached \
            but whose sandbox exists no more is shown as 'gone'.
            """)

    @Option(help: ArgumentHelp("Only those on this network.", valueName: "network"))
    var network: NetworkName?
    @OptionGroup var format: FormatOptions
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let views = try EndpointView.all(directories.layout).filter { network == nil || $0.network == network }
        switch format.format {
        case .json: Terminal.show(.array(views.map(\.json)))
        case .table: Terminal.show(views.table(now: Timestamp.now()))
        }
    }
}
