// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import NetworkTypes
internal import SwnetState

/// `swnet rm`: a network that is not needed any more.
struct Rm: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Remove networks.",
        discussion: """
            Removes the configuration, the bridge, the firewall elements and the leases of each network, and prints its \
            name. A network that containers are attached to is left alone unless --force is given: then they are \
            detached first, and go on without it.
            """)

    @Argument(help: ArgumentHelp("Network; several are allowed.", valueName: "network"))
    var names: [NetworkName]
    @Flag(name: .shortAndLong, help: "Detach containers that are still attached.")
    var force = false
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let layout = directories.layout
        Sandbox.removeAbandoned(layout)
        let listing = try NetworkStore(layout).list()
        // Nothing is removed when one of the names is wrong.
        let files = try names.map { name in
            guard let file = listing.file(of: name) else { throw Failure.noNetwork(name) }
            return file
        }
        for file in files {
            try remove(file, layout)
            print(file.name)
        }
    }

    private func remove(_ file: NetworkFile, _ layout: StateLayout) throws {
        let live = try EndpointView.all(layout).filter { $0.network == file.name && $0.condition != .gone }
        guard live.isEmpty || force else {
            let names = live.map(\.title).joined(separator: ", ")
            throw Failure("network \(file.name) is used by \(names): stop them, or detach them with --force")
        }
        let removal = NetworkRemoval(file: file, layout: layout)
        try removal.detachEndpoints()
        try Sandbox.detachAll(from: file.name, layout)
        try removal.removeNetwork()
    }
}
