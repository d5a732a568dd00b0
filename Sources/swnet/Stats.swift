// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// `swnet stats`: what went to and from containers.
struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Show traffic and connections of containers.",
        discussion: """
            Bytes, packets and drops of each attached container as it sees them (RX is what it received), and how many \
            tracked connections it made or answers. Counters begin with the attachment.

            With --watch the list is shown again and again, with bytes a second instead of packets: in place on a \
            terminal, else below each other; as one JSON object a line with --format json. It ends with Ctrl-C.

            Examples:

              swnet stats
              swnet stats web --watch=1
              swnet stats --network mynet --format json
            """)

    @Argument(help: ArgumentHelp("Name or id of a container; several are allowed (default: all).", valueName: "name"))
    var names: [String] = []
    @Option(help: ArgumentHelp("Only those on this network.", valueName: "network"))
    var network: NetworkName?
    @Option(
        defaultAsFlag: Seconds.usual,
        help: ArgumentHelp("Show it again after so many seconds, until stopped.", valueName: "seconds"))
    var watch: Seconds?
    @Option(help: ArgumentHelp("Stop after showing it so often.", valueName: "number"))
    var count: Int?
    @Flag(help: "Leave out the line of titles.")
    var noHeader = false
    @OptionGroup var format: FormatOptions
    @OptionGroup var directories: LayoutOptions

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count needs a number of at least 1") }
    }

    func run() throws {
        var reader = try StatisticsReader(directories.layout, names: names, network: network)
        guard let watch else { return show(try reader.read()) }
        var stop = try StopSignal()
        var round = 1
        while true {
            let isLast = round == count
            show(try reader.read(), round: round)
            if isLast { return }
            if try stop.comes(within: watch.milliseconds) { return }
            round += 1
        }
    }

    private func show(_ statistics: [EndpointStatistics]) {
        switch format.format {
        case .json: Terminal.show(.array(statistics.map(\.json)))
        case .table: print(statistics.table(hasRates: false).text(hasHeader: !noHeader), terminator: "")
        }
    }

    private func show(_ statistics: [EndpointStatistics], round: Int) {
        switch format.format {
        case .json:
            let object: JSON = [
                "time": .string(UTCTime(.now()).description), "endpoints": .array(statistics.map(\.json)),
            ]
            Terminal.showLine(object.text())
        case .table:
            let table = statistics.table(hasRates: true)
            let isTerminal = StandardStreams.isOutputTerminal
            let text = table.text(hasHeader: !noHeader && (isTerminal || round == 1))
            Terminal.show(text, replacingScreen: isTerminal)
        }
    }
}
