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
            detached first, and go on without it. Networks that another program made are left alone in any case; of the \
            built-in ones only bridge can be removed, with --force, until it is used again.
            """,
        aliases: ["remove"])

    @Argument(help: ArgumentHelp("Network; several are allowed.", valueName: "network"))
    var names: [NetworkName]
    @Flag(name: .shortAndLong, help: "Detach containers that are still attached.")
    var force = false
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let layout = directories.layout
        Sandbox.removeAbandoned(layout)
        let catalog = try NetworkCatalog(layout)
        // Nothing is removed when one of the names is wrong.
        let files = try names.map { name throws(Failure) in try removableFile(catalog.network(name), in: catalog) }
        // But one that cannot be removed keeps no other.
        var hasFailed = false
        for file in files {
            do {
                try NetworkRemoval(file: file, layout: layout).run(force ? .detach : .keep)
                print(file.name)
            } catch {
                Terminal.fail("\(Failure.explaining(error))")
                hasFailed = true
            }
        }
        if hasFailed { throw ExitCode.failure }
    }

    private func removableFile(_ network: NetworkSummary, in catalog: NetworkCatalog) throws(Failure) -> NetworkFile {
        guard let file = catalog.file(of: network.name) else {
            throw Failure("network \(network.name) is built in and cannot be removed")
        }
        if network.origin == .builtIn, !force {
            throw Failure("network \(network.name) is built in: --force removes it until it is used again")
        }
        guard network.origin != .other else {
            throw Failure(
                "network \(network.name) was not made by swnet, but is configured in \(file.path): remove it with the "
                    + "program that made it")
        }
        return file
    }
}
