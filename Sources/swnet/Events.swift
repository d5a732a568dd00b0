// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// `swnet events`: what happens to networks, while it happens.
struct Events: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Report what happens to networks.",
        discussion: """
            Prints a line for each event until it is stopped (Ctrl-C): 'attach' and 'detach' of containers; 'drift' when \
            something that a network needs was taken away or changed (a bridge deleted, a port detached, an address \
            removed, rules flushed), and 'restored' when it is there again. 'swnet repair' puts right what drifted. The \
            first line, 'watching', says from when on nothing is missed.

            Examples:

              swnet events
              swnet events --network mynet --format text
              swnet events --count 1
            """)

    @Option(
        name: .customLong("network"),
        help: ArgumentHelp("Only what is about this network; repeatable.", valueName: "network"))
    var networks: [NetworkName] = []
    @Option(help: ArgumentHelp("Stop after so many events.", valueName: "number"))
    var count: Int?
    @Option(help: "How to print them.")
    var format = EventFormat.json
    @OptionGroup var directories: LayoutOptions

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count needs a number of at least 1") }
    }

    func run() throws {
        let layout = directories.layout
        let stop = try StopSignal()
        var endpoints = try EndpointWatch(layout)
        var drift = try DriftWatch(layout)
        try endpoints.begin()
        try endpoints.watch(by: stop.poll, token: 1)
        try drift.watch(by: stop.poll, token: 2)
        announce()
        var left = count ?? .max
        while !stop.hasCome() {
            let changes = try endpoints.takeEvents()
            try drift.takeNews(recordsChanged: !changes.isEmpty)
            let events = try (changes + drift.takeEvents()).map { HostEvent($0, at: .now()) }.filter(isWanted)
            for event in events.prefix(left) { show(event) }
            left -= min(left, events.count)
            if left == 0 { return }
            let patience = drift.nextLook.map { max(0, $0 - MonotonicClock.milliseconds()) }
            try stop.poll.wait(timeout: patience) { _ in }
        }
    }

    private func isWanted(_ event: HostEvent) -> Bool {
        networks.isEmpty || event.network.map { networks.contains($0) } ?? false
    }

    private func announce() {
        let time = UTCTime(.now()).description
        switch format {
        case .json: Terminal.showLine(JSON.object(["time": .string(time), "event": "watching"]).text())
        case .text: Terminal.showLine("\(time) watching")
        }
    }

    private func show(_ event: HostEvent) {
        switch format {
        case .json: Terminal.showLine(event.json.text())
        case .text: Terminal.showLine(event.text)
        }
    }
}

/// How events are printed.
enum EventFormat: String, CaseIterable, ExpressibleByArgument {
    /// An object a line, whose keys stay the same in later versions.
    case json
    /// A sentence a line.
    case text
}
