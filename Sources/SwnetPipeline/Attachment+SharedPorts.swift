// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import NFTables
internal import NetworkTypes
internal import SwnetState

/// Runtimes ask every attachment of a container to publish all of the container's ports. The first one does, and the next
/// takes over when that one goes.
extension Attachment {
    private var claim: SharedPorts.Claim {
        SharedPorts.Claim(network: network, interface: identity.interface)
    }

    /// Remembers that another attachment publishes what this one was asked to.
    func claimPorts() throws(CNIError) {
        try storing { () throws(StateError) in
            try layout.withSharedPorts(of: identity.container) { shared in
                if !shared.claims.contains(claim) { shared.claims.append(claim) }
            }
        }
    }

    /// Takes this attachment out of the claims of its container, before the ports that `sections` published are withdrawn.
    ///
    /// - Returns: Whether others may claim the ports.
    func renouncePorts(of sections: [String]) throws(CNIError) -> Bool {
        guard !record.ports.isEmpty, layout.sharesPorts(identity.container) else { return false }
        guard try recordedFilters(of: sections).contains(where: { !$0.published.isEmpty }) else { return false }
        return try storing { () throws(StateError) in
            try layout.withSharedPorts(of: identity.container) { shared in
                shared.claims.removeAll { $0 == claim }
                return !shared.claims.isEmpty
            }
        }
    }

    /// Lets those who claim this attachment's ports publish them. What fails is no reason to keep this one.
    func handOverPorts() {
        do throws(CNIError) {
            let failures = try storing { () throws(StateError) in
                try layout.withSharedPorts(of: identity.container) { shared in
                    shared.claims.compactMap { publish($0) }
                }
            }
            for failure in failures { warn("published ports were not handed on: \(failure)") }
        } catch { warn("published ports were not handed on: \(error)") }
    }

    /// Nil when it went well. Those whose ports are still taken stay as they are.
    private func publish(_ claim: SharedPorts.Claim) -> CNIError? {
        do throws(CNIError) {
            let heir = AttachmentID(container: identity.container, interface: claim.interface)
            let stored = try storing { () throws(StateError) in
                try EndpointStore(layout).read(heir, on: claim.network)
            }
            guard let stored, stored.state == .attached else { return nil }
            let filters = try Attachment(collecting: stored, layout).recordedFilters(of: Array(stored.stages.keys))
            try filtering { session throws(FirewallError) in _ = try session.install([], filters) }
            return nil
        } catch { return error }
    }
}
