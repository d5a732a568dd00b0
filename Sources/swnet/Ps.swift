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
            sandboxes of 'swnet run': name, network, addresses, published ports, and for how long.

            With --all it also shows what is just being attached, what was attached but whose sandbox exists no more \
            ('gone', until its runtime detaches it or 'swnet gc' runs), and containers that runtimes attached with \
            plugins of others ('foreign').

            Filters are name=PART, id=BEGINNING, network=NAME, address=IP and condition=up|attaching|gone|foreign.
            """)

    @Option(help: ArgumentHelp("Only those on this network.", valueName: "network"))
    var network: NetworkName?
    @Option(
        name: [.customShort("f"), .customLong("filter")],
        help: ArgumentHelp("Only those that fit; repeatable.", valueName: "key=value"))
    var selections: [EndpointSelection] = []
    @Flag(name: .shortAndLong, help: "Also those that are not up, or not attached by swnet.")
    var all = false
    @Flag(name: .shortAndLong, help: "Print ids only.")
    var quiet = false
    @OptionGroup var format: FormatOptions
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let layout = directories.layout
        // Who asks for a condition wants to see it.
        let isComplete = all || selections.contains { $0.key == .condition }
        let recorded = try EndpointView.all(layout) + EndpointView.unattached(layout)
        let foreign = isComplete ? ForeignAttachments.list(layout, besides: recorded) : []
        let views = (recorded + foreign).filter { view in
            (isComplete || view.condition == .up) && (network == nil || view.network == network)
                && selections.includes(view)
        }
        if quiet { return printIDs(views) }
        switch format.format {
        case .json: Terminal.show(.array(views.map(\.json)))
        case .table: Terminal.show(views.table(now: Timestamp.now()))
        }
    }

    /// Each once, as long as other commands need it.
    private func printIDs(_ views: [EndpointView]) {
        var seen: Set<String> = []
        for id in views.map({ String($0.attachment.container.text.prefix(12)) }) where seen.insert(id).inserted {
            print(id)
        }
    }
}
