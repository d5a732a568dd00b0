// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import JSON
internal import NetworkTypes
internal import SwnetState

/// `swnet resolve`: what a name is on the networks of this host, as their containers are told.
struct Resolve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Look a container's name up.",
        discussion: """
            Asks the resolver of each network with names, at the network's gateway as containers do: about the container's \
            name, an alias, or the first 12 characters of its id, alone or followed by the network or its domain. An \
            address is looked up the other way. Other names are not asked: containers are told of those what the \
            host's name servers say.

            Examples:

              swnet resolve web
              swnet resolve web --network mynet
              swnet resolve 10.89.0.2 --format json
            """)

    @Argument(help: "Name or address.")
    var name: String
    @Option(help: ArgumentHelp("Only on this network.", valueName: "network"))
    var network: NetworkName?
    @OptionGroup var format: FormatOptions
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        guard let subject = NameLookup.Subject(name) else {
            throw Failure("'\(name)' is neither a name nor an address")
        }
        let lookup = NameLookup(subject)
        let answers = try networks().flatMap { record throws in try lookup.answers(on: record) }
        switch format.format {
        case .json: Terminal.show(.array(answers.map(\.json)))
        case .table where !answers.isEmpty: Terminal.show(answers.table)
        case .table: break
        }
        if answers.isEmpty {
            let place = network.map { "on network \($0)" } ?? "on any network"
            throw Failure("\(name) is nobody's \(subject.isAddress ? "address" : "name") \(place): see 'swnet ps'")
        }
    }

    /// Those with names, of those that are wanted.
    private func networks() throws -> [NetworkRecord] {
        let store = NetworkStateStore(directories.layout)
        guard let network else { return try store.list().networks.filter { $0.resolver != nil } }
        guard let record = try store.read(network) else {
            if try NetworkStore(directories.layout).list().files.contains(where: { $0.name == network }) {
                throw Failure("network \(network) has no containers, so it has no names either: see 'swnet ps'")
            }
            throw Failure.noNetwork(network)
        }
        guard record.resolver != nil else {
            throw Failure(
                "network \(network) has no names: remove \"dns\": {\"enabled\": false} from its configuration")
        }
        return [record]
    }
}
