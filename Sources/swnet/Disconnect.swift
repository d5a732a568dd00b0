// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import CNI
internal import NetworkTypes
internal import SwnetState

/// `swnet disconnect`: one network less for a sandbox.
struct Disconnect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disconnect", abstract: "Detach a sandbox from a network.",
        discussion: """
            The sandbox is named as for 'swnet connect'. It goes on without the network's interface, addresses, names and \
            published ports. A container's runtime is not told; when it detaches the container once more, that succeeds.

            With --force, what a plugin fails to remove is reported and forgotten, and the network's configuration need \
            not exist any more.
            """)

    @Argument(help: "Network to detach from.")
    var network: NetworkName
    @Argument(
        help: ArgumentHelp("Name, id, process id or namespace path of the sandbox.", valueName: "sandbox"),
        completion: Candidates.sandboxes)
    var sandbox: String
    @Flag(name: .shortAndLong, help: "Forget what cannot be removed.")
    var force = false
    @OptionGroup var directories: LayoutOptions

    func run() throws {
        let layout = directories.layout
        let target = try Targets.current(layout).find(sandbox)
        let ours = try Connection(target: target, layout: layout).changing { attachments in
            try attachments.remove(from: network, forgetting: force)
        }
        let others = try EndpointStore(layout).list(network).endpoints.filter {
            $0.attachment.container == target.id
        }
        for record in others { try RecordedEndpoint(record, layout).detach(forgetting: force) }
        guard ours || !others.isEmpty else { throw try notConnected(target, layout) }
    }

    private func notConnected(_ target: Target, _ layout: StateLayout) throws -> Failure {
        let networks = try EndpointView.all(layout).filter { $0.attachment.container == target.id }.map(\.network.text)
        let place = networks.isEmpty ? "on none" : "on \(networks.sorted().joined(separator: ", "))"
        return Failure("\(target.title) is not on network \(network): it is \(place)")
    }
}
