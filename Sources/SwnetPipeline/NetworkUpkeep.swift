// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import NetworkTypes
internal import SwnetState

/// What a network has as a whole: made by its first attachment, taken away with its last. The caller holds its lock.
struct NetworkUpkeep {
    private let layout: StateLayout
    private let store: NetworkStateStore

    init(_ layout: StateLayout) {
        self.layout = layout
        store = NetworkStateStore(layout)
    }

    /// Records what `attachment` plans for its network, before the kernel gets it. Usually it is recorded already.
    func remember(_ attachment: Attachment) throws(CNIError) {
        guard !attachment.networkFilters.isEmpty || attachment.record.bridge != nil else { return }
        let stored = try stored(attachment.network)
        var record = stored ?? NetworkRecord(network: attachment.network)
        record.bridge = attachment.record.bridge ?? record.bridge
        for (section, filter) in attachment.networkFilters {
            let previous = record.firewall[section]?.objectValue.flatMap(NetworkFilter.init(_:))
            if let previous, !previous.hasSamePolicy(as: filter) { attachment.supersededFilters.append(previous) }
            record.firewall[section] = .object(filter.adding(previous?.subnets ?? []).json)
            for subnet in filter.subnets where !record.subnets.contains(subnet) { record.subnets.append(subnet) }
        }
        guard record != stored else { return }
        try storing { () throws(StateError) in try store.write(record) }
    }

    /// What `sections` gave the firewall for `network`.
    func filters(of network: NetworkName, in sections: [String]) throws(CNIError) -> [NetworkFilter] {
        guard let record = try stored(network) else { return [] }
        return sections.compactMap { record.firewall[$0]?.objectValue.flatMap(NetworkFilter.init(_:)) }
    }

    /// Takes the network out of the firewall and forgets it.
    ///
    /// What it shares with other networks (a bridge, a subnet) is put back for them.
    /// - Parameter endpoints: What goes with it in the same transaction.
    func withdraw(_ attachment: Attachment, with endpoints: [EndpointFilter] = []) throws(CNIError) {
        let network = attachment.network
        let record = try stored(network) ?? NetworkRecord(network: network)
        let own = Self.wholeBridges(of: record)
        if !own.isEmpty || !endpoints.isEmpty {
            let others = try storing { () throws(StateError) in try store.list() }.networks
                .filter { $0.network != network && $0.shares(with: record) }
                .flatMap { Self.filters(of: $0) }
            try closeLoopback(Self.filters(of: record), butNot: others, attachment)
            try attachment.filtering { session throws(FirewallError) in
                try session.withdraw(own, endpoints)
                try session.install(others, [])
            }
        }
        try storing { () throws(StateError) in _ = try store.remove(network) }
    }

    /// Takes back what a failed ADD brought to its network, which is not forgotten, since others are attached to it.
    func retire(_ sections: [String], of attachment: Attachment) throws(CNIError) {
        guard var record = try stored(attachment.network) else { return }
        let recorded = sections.filter { record.firewall[$0] != nil }
        guard !recorded.isEmpty else { return }
        let others = try storing { () throws(StateError) in try EndpointStore(layout).list(attachment.network) }
            .endpoints.filter { $0.attachment != attachment.identity }
        let retired = recorded.filter { section in !others.contains { $0[stage: section] != nil } }
        guard !retired.isEmpty else { return }
        let unneeded = try filters(of: attachment.network, in: retired)
        for section in retired { record.firewall[section] = nil }
        let needed =
            try storing { () throws(StateError) in try store.list() }.networks
            .filter { $0.network != record.network && $0.shares(with: record) }
            .flatMap { Self.filters(of: $0) } + Self.filters(of: record)
        try closeLoopback(unneeded, butNot: needed, attachment)
        try attachment.filtering { session throws(FirewallError) in try session.withdraw(unneeded, butNot: needed) }
        try storing { () throws(StateError) in try store.write(record) }
    }

    /// Ends access by loopback addresses, ahead of the rule that makes it safe.
    private func closeLoopback(
        _ unneeded: [NetworkFilter], butNot needed: [NetworkFilter], _ attachment: Attachment
    ) throws(CNIError) {
        let kept = Set(needed.filter(\.opensLoopback).map(\.bridge))
        for bridge in Set(unneeded.filter(\.opensLoopback).map(\.bridge)).subtracting(kept) {
            try LoopbackAccess.close(bridge, attachment)
        }
    }

    /// One filter a bridge: withdrawing takes all of a bridge's policy away, whichever stage gave it.
    private static func wholeBridges(of record: NetworkRecord) -> [NetworkFilter] {
        let all = filters(of: record)
        return Set(all.map(\.bridge)).sorted().map { bridge in
            all.filter { $0.bridge == bridge }.reduce(NetworkFilter(bridge: bridge)) { $0.adding($1.subnets) }
        }
    }

    private static func filters(of record: NetworkRecord) -> [NetworkFilter] {
        record.firewall.compactMap { $0.value.objectValue.flatMap(NetworkFilter.init(_:)) }
    }

    /// A torn record counts as none; the next attachment writes it anew.
    private func stored(_ network: NetworkName) throws(CNIError) -> NetworkRecord? {
        do throws(StateError) { return try store.read(network) } catch {
            guard error.isCorrupt else { throw CNIError(error) }
            return nil
        }
    }
}

extension NetworkRecord {
    fileprivate func shares(with other: NetworkRecord) -> Bool {
        if let bridge, bridge == other.bridge { return true }
        return subnets.contains { subnet in other.subnets.contains { $0.overlaps(subnet) } }
    }
}
