// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import LinuxSystem
internal import SwnetState

extension Attachment {
    /// Says what the firewall gets for this attachment; recorded at once, committed with everything else.
    package func plan(_ filter: EndpointFilter, for section: String) {
        endpointFilters.append(filter)
        var stored = record[stage: section] ?? JSONObject()
        stored[FirewallSection.key] = .object(filter.json)
        record[stage: section] = stored
    }

    /// Says what the firewall gets for this attachment's network.
    package func plan(_ filter: NetworkFilter, for section: String) { networkFilters.append((section, filter)) }

    /// Hands everything that was planned to the kernel, in one transaction.
    func commitFirewall() throws(CNIError) {
        guard !endpointFilters.isEmpty || !networkFilters.isEmpty else { return }
        let (networks, endpoints) = (networkFilters.map(\.filter), endpointFilters)
        let superseded = superseded.map(\.filter)
        let sharesPorts = try filtering { session throws(FirewallError) in
            if !superseded.isEmpty { try session.withdraw(superseded, []) }
            return try session.install(networks, endpoints)
        }
        if sharesPorts { try claimPorts() }
    }

    /// Takes what these sections gave the firewall for this attachment out again, and what the network has there too if
    /// this is all that is left of it.
    ///
    /// In one transaction ahead of the links, since the kernel goes on destroying what was withdrawn while they go.
    func withdrawFirewall(of sections: [String]) throws(CNIError) {
        let endpoints = try recordedFilters(of: sections)
        let remaining = record.stages.keys.filter { !sections.contains($0) }
        let wasLast = remaining.isEmpty ? try withdrawNetworkIfLast(with: endpoints) : false
        if wasLast { return }
        if record.state == .attaching {
            try underLock { _ throws(CNIError) in try NetworkUpkeep(layout).retire(sections, of: self) }
        }
        if endpoints.isEmpty { return }
        try filtering { session throws(FirewallError) in try session.withdraw([], endpoints) }
    }

    /// Under the network's lock, so that no ADD can record itself, and rely on the network, in between.
    private func withdrawNetworkIfLast(with endpoints: [EndpointFilter]) throws(CNIError) -> Bool {
        var wasLast = false
        try underLock { networkEndpoints throws(CNIError) in
            wasLast = try storing { () throws(StateError) in try networkEndpoints.isLast(besides: identity) }
            if wasLast { try NetworkUpkeep(layout).withdraw(self, with: endpoints) }
        }
        return wasLast
    }

    /// Throws the first thing that the firewall does not have any more.
    func checkFirewall(of sections: [String]) throws(CNIError) {
        let endpoints = try recordedFilters(of: sections)
        let networks = try NetworkUpkeep(layout).filters(for: self, in: sections)
        guard !endpoints.isEmpty || !networks.isEmpty else { return }
        let drift = try filtering { session throws(FirewallError) in
            try session.drift(from: networks, endpoints)
        }
        if let drift { throw CNIError(.drifted, drift) }
    }

    /// Talks to the firewall; what goes wrong becomes an error of the protocol.
    func filtering<Result>(
        _ body: (inout FirewallSession) throws(FirewallError) -> Result
    ) throws(CNIError) -> Result {
        do throws(FirewallError) {
            if let firewall { return try body(&firewall.session) }
            let owner = try FirewallOwner(layout)
            firewall = owner
            return try body(&owner.session)
        } catch { throw CNIError(error) }
    }

    /// None of an earlier boot, which left nothing in the kernel: its addresses may be others' by now.
    func recordedFilters(of sections: [String]) throws(CNIError) -> [EndpointFilter] {
        let boot = try calling { () throws(SystemError) in try BootIdentity.current() }
        guard record.boot == boot else { return [] }
        return record.filters(of: sections)
    }
}

extension EndpointRecord {
    /// What stages gave the firewall.
    func filters(of sections: some Sequence<String>) -> [EndpointFilter] {
        sections.compactMap { section in
            self[stage: section]?[FirewallSection.key]?.objectValue.map { EndpointFilter($0, of: self) }
        }
    }
}

/// The key of a section, or of a network's record, that holds what the firewall was given.
enum FirewallSection {
    static let key = "firewall"
}

/// Keeps a conversation with the firewall open between two uses.
final class FirewallOwner {
    var session: FirewallSession

    init(_ layout: StateLayout) throws(FirewallError) { session = try FirewallSession(layout) }
}
