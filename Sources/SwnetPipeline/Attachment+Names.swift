// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import NetworkTypes
package import SwnetState

extension Attachment {
    /// Says what the resolver has to know of the network; recorded with everything else.
    package func plan(_ settings: ResolverSettings) { names = PlannedNames(settings) }

    /// Has the resolver serve what is recorded of the attachment, and leads the network's questions to where it does.
    ///
    /// - Parameter section: Whose part of the network's record the redirect is.
    package func serveNames(for section: String) throws(CNIError) {
        let port = try NameService(layout).serve(identity, on: network)
        let recorded = port.rawValue == ResolverRedirect.questionPort ? nil : port
        guard let names, names.port != recorded else { return }
        guard let first = names.settings.gateways.first, let bridge = try hostSide(of: first) else {
            throw CNIError(.internalError, "no interface of the host leads to network \(network)")
        }
        try underLock { _ throws(CNIError) in
            try NetworkUpkeep(layout).redirectNames(to: recorded, on: bridge, self, section)
        }
    }
}

extension NetworkUpkeep {
    /// Records where names are served, and exchanges the redirect that leads there.
    ///
    /// - Parameter port: Nil for where questions go by themselves.
    func redirectNames(
        to port: Port?, on bridge: InterfaceName, _ attachment: Attachment, _ section: String
    ) throws(CNIError) {
        guard var record = try stored(attachment.network), let settings = record.resolver else { return }
        let redirect = port.map { ResolverRedirect(settings.gateways, to: $0) }
        let entry = Entry(section, NetworkFilter(bridge: bridge, redirect: redirect))
        let previous = record.firewall[entry.key]?.objectValue.flatMap(NetworkFilter.init(_:))
        let stored = record
        record.resolver?.port = port
        let obstacles = survey(&record, since: stored, attachment)
        record.firewall[entry.key] = redirect == nil ? nil : .object(entry.filter.json)
        try write(record)
        open(obstacles, for: record, attachment)
        guard previous != entry.filter else { return }
        try attachment.filtering { session throws(FirewallError) in
            if let previous { try session.withdraw([previous], butNot: []) }
            try session.install([entry.filter], [])
        }
    }
}
