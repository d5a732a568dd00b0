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
        case .table: Terminal.show(Self.table(views, now: Timestamp.now()))
        }
    }
}

extension Ps {
    package static func table(_ views: [EndpointView], now: Timestamp) -> TextTable {
        var table = TextTable(["NAME", "NETWORK", "INTERFACE", "ADDRESSES", "PORTS", "UP"])
        for view in views {
            let up = view.condition == .up ? Age(seconds: now.seconds - view.created.seconds).description : nil
            table.append([
                view.title, view.network.text, view.attachment.interface.text,
                view.addresses.map(\.address.description).joined(separator: " "), view.ports.text,
                up ?? view.condition.rawValue,
            ])
        }
        return table
    }
}
