// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import SwnetState

enum QuestionPortCheck: Check {
    static let name = "port-53"
    static let expectation = "no other program has the port of name servers on a network with names"
    static let sources = [HostFacts.Source.state, .listeners]

    static func findings(in facts: HostFacts) -> [Finding] {
        // Whose a socket is, only root learns.
        let others = facts.nameServers.filter { listener in
            listener.process.map { $0.name != "swnet-dns" } ?? facts.forbidden.isEmpty
        }
        return facts.networks.filter(\.hasNames).compactMap { network -> Finding? in
            let gateways = network.record?.resolver?.gateways ?? []
            let holder = others.first { $0.address.isUnspecified || gateways.contains($0.address) }
            guard let holder else { return nil }
            let place = "port 53/\(holder.transport.rawValue) of \(holder.address)"
            let owner = holder.process.map { "\($0.name) (process \($0.id))" } ?? "another program"
            guard let port = network.record?.resolver?.port else {
                return Finding(
                    .warning, network.name,
                    "\(owner) has \(place), where containers of \(network.name) ask for names",
                    command: holder.ending)
            }
            return Finding(
                .note, network.name,
                "\(owner) has \(place), so names of \(network.name) are answered at port \(port), where questions are led",
                command: holder.ending)
        }
    }
}

extension Listener {
    /// How it is stopped, for who wants that.
    fileprivate var ending: String {
        if let service = process?.service { return "systemctl disable --now \(service)" }
        return process.map { "kill \($0.id)" } ?? "ss --listening --udp --tcp --processes 'sport = :53'"
    }
}
