// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// `swnet prune`: all networks that nobody uses.
struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove the networks that no container is attached to.",
        discussion: """
            Removes, as 'rm' does, every network of 'swnet create' that no container is attached to, and prints their \
            names. Networks of stopped containers count as unused. Built-in networks and those that another program \
            made are left alone. Asks first; where nobody can answer it needs --yes.

            Filters: label (KEY or KEY=VALUE), label! and until (made before: 24h ago, 2026-11-20, \
            2026-11-20T08:30:00Z). All must hold.
            """)

    @Option(
        name: .customLong("filter"),
        help: ArgumentHelp("Only networks for which it holds; repeatable.", valueName: "key=value"))
    var criteria: [NetworkSelection.Criterion] = []
    @Flag(
        name: [.customShort("y"), .customLong("yes"), .customShort("f"), .customLong("force")],
        help: "Do not ask.")
    var isSure = false
    @OptionGroup var directories: LayoutOptions

    func validate() throws { _ = try selection }

    private var selection: NetworkSelection {
        get throws { try criteria.selection([.label, .withoutLabel, .until]) }
    }

    func run() throws {
        guard isSure || StandardStreams.isInputTerminal else {
            throw Failure("prune asks before it removes networks, and nobody is there to answer: give --yes")
        }
        let layout = directories.layout
        Sandbox.removeAbandoned(layout)
        let unused = try unusedNetworks(layout)
        guard !unused.isEmpty else { return Terminal.note("no network is unused") }
        guard isSure || Self.isConfirmed(unused) else { return }
        var hasFailed = false
        for file in unused {
            do {
                try NetworkRemoval(file: file, layout: layout).run(.keep)
                print(file.name)
            } catch {
                Terminal.fail("\(Failure.explaining(error))")
                hasFailed = true
            }
        }
        if hasFailed { throw ExitCode.failure }
    }

    private func unusedNetworks(_ layout: StateLayout) throws -> [NetworkFile] {
        let catalog = try NetworkCatalog(layout)
        let used = Set<NetworkName>(try EndpointView.all(layout).filter { $0.condition != .gone }.map(\.network))
        let selection = try selection
        return catalog.networks
            .filter { $0.origin == .swnet && !used.contains($0.name) && selection.contains($0, endpoints: 0) }
            .compactMap { catalog.file(of: $0.name) }
    }

    private static func isConfirmed(_ networks: [NetworkFile]) -> Bool {
        Terminal.note("This removes the networks that no container is attached to:")
        for network in networks { Terminal.note("  \(network.name)") }
        StandardStreams.writeError("Remove them? [y/N] ")
        return ["y", "yes"].contains((StandardStreams.readInputLine() ?? "").lowercased())
    }
}
