// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import NetworkTypes
internal import SwnetState

/// What a network has as a whole: made by its first attachment, taken away with its last. The caller holds its lock.
struct NetworkUpkeep {
    /// What one stage has told the firewall about one bridge of the network. Containers stay on the bridge they were
    /// attached to when the configuration names another.
    struct Entry {
        let key: String
        let section: String
        var filter: NetworkFilter

        init(_ section: String, _ filter: NetworkFilter) {
            key = "\(section) \(filter.bridge)"
            self.section = section
            self.filter = filter
        }

        /// Nil when the filter cannot be read.
        fileprivate init?(_ member: JSONObject.Member) {
            guard let filter = member.value.objectValue.flatMap(NetworkFilter.init(_:)) else { return nil }
            key = member.key
            section = String(member.key.prefix { $0 != " " })
            self.filter = filter
        }
    }

    let layout: StateLayout
    private let store: NetworkStateStore

    init(_ layout: StateLayout) {
        self.layout = layout
        store = NetworkStateStore(layout)
    }

    /// Records what `attachment` plans for its network, before the kernel gets it. Usually it is recorded already.
    func remember(_ attachment: Attachment) throws(CNIError) {
        guard !attachment.networkFilters.isEmpty || attachment.names != nil || attachment.record.bridge != nil else {
            return
        }
        let stored = try stored(attachment.network)
        var record = stored ?? NetworkRecord(network: attachment.network)
        record.bridge = attachment.record.bridge ?? record.bridge
        for (section, filter) in attachment.networkFilters {
            let planned = Entry(section, filter)
            let previous = record.firewall[planned.key]?.objectValue.flatMap(NetworkFilter.init(_:))
            if let previous, !previous.hasSamePolicy(as: filter) {
                attachment.superseded.append(Entry(section, previous))
            }
            record.firewall[planned.key] = .object(filter.adding(previous?.subnets ?? []).json)
            for subnet in filter.subnets where !record.subnets.contains(subnet) { record.subnets.append(subnet) }
        }
        attachment.names?.settle(into: &record)
        let obstacles = survey(&record, since: stored, attachment)
        if record != stored { try write(record) }
        open(obstacles, for: record, attachment)
    }

    /// What `sections` gave the firewall for the network of `attachment`, on its bridge.
    func filters(for attachment: Attachment, in sections: [String]) throws(CNIError) -> [NetworkFilter] {
        guard let record = try stored(attachment.network) else { return [] }
        return Self.entries(of: record).filter { $0.concerns(attachment.record, sections) }.map(\.filter)
    }

    /// Takes the network out of the firewall and forgets it.
    ///
    /// What it shares with other networks (a bridge, a subnet) is put back for them.
    /// - Parameter endpoints: What goes with it in the same transaction.
    func withdraw(_ attachment: Attachment, with endpoints: [EndpointFilter] = []) throws(CNIError) {
        let network = attachment.network
        let record = try stored(network) ?? NetworkRecord(network: network)
        let own = Self.entries(of: record).map(\.filter)
        if !own.isEmpty || !endpoints.isEmpty {
            let others = try filtersOfOthers(sharingWith: record)
            try closeLoopback(own, butNot: others, attachment)
            try attachment.filtering { session throws(FirewallError) in
                try session.withdraw(Self.wholeBridges(own), endpoints)
                try session.install(others, [])
            }
        }
        closePassages(of: record, attachment)
        try storing { () throws(StateError) in _ = try store.remove(network) }
    }

    /// Ends access by loopback addresses, ahead of the rule that makes it safe.
    func closeLoopback(
        _ unneeded: [NetworkFilter], butNot needed: [NetworkFilter], _ attachment: Attachment
    ) throws(CNIError) {
        let kept = Set(needed.filter(\.opensLoopback).map(\.bridge))
        for bridge in Set(unneeded.filter(\.opensLoopback).map(\.bridge)).subtracting(kept) {
            try LoopbackAccess.close(bridge, attachment)
        }
    }

    /// What other networks have on the bridges and subnets of `record`.
    func filtersOfOthers(sharingWith record: NetworkRecord) throws(CNIError) -> [NetworkFilter] {
        try storing { () throws(StateError) in try store.list() }.networks
            .filter { $0.network != record.network && $0.shares(with: record) }
            .flatMap { Self.entries(of: $0) }.map(\.filter)
    }

    /// One filter a bridge: withdrawing takes all of a bridge's policy away, whichever stage gave it.
    private static func wholeBridges(_ all: [NetworkFilter]) -> [NetworkFilter] {
        Set(all.map(\.bridge)).sorted().map { bridge in
            let own = all.filter { $0.bridge == bridge }
            let redirect = own.compactMap(\.redirect).first
            return own.reduce(NetworkFilter(bridge: bridge, redirect: redirect)) { $0.adding($1.subnets) }
        }
    }

    static func entries(of record: NetworkRecord) -> [Entry] { record.firewall.compactMap(Entry.init(_:)) }

    /// A torn record counts as none; the next attachment writes it anew.
    func stored(_ network: NetworkName) throws(CNIError) -> NetworkRecord? {
        do throws(StateError) { return try store.read(network) } catch {
            guard error.isCorrupt else { throw CNIError(error) }
            return nil
        }
    }

    func write(_ record: NetworkRecord) throws(CNIError) {
        try storing { () throws(StateError) in try store.write(record) }
    }
}

extension NetworkUpkeep.Entry {
    /// True when `endpoint` has one of `sections`, and this is about them. An endpoint whose link another program made
    /// does not know its bridge, and may be on any.
    func concerns(_ endpoint: EndpointRecord, _ sections: [String]) -> Bool {
        sections.contains(section) && (endpoint.bridge == nil || endpoint.bridge == filter.bridge)
    }
}

extension NetworkRecord {
    fileprivate func shares(with other: NetworkRecord) -> Bool {
        if !bridges.isDisjoint(with: other.bridges) { return true }
        return subnets.contains { subnet in other.subnets.contains { $0.overlaps(subnet) } }
    }

    private var bridges: Set<InterfaceName> {
        Set(NetworkUpkeep.entries(of: self).map(\.filter.bridge) + [bridge].compactMap(\.self))
    }
}
