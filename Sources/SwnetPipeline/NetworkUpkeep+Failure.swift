// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import NetworkTypes
internal import SwnetState

extension NetworkUpkeep {
    /// Takes back what a failed ADD brought to its network, which is not forgotten, since others are attached to it.
    ///
    /// This looks at every other endpoint, which only failure may cost.
    func retire(_ sections: [String], of attachment: Attachment) throws(CNIError) {
        guard let stored = try stored(attachment.network) else { return }
        let entries = Self.entries(of: stored)
        guard attachment.names != nil || entries.contains(where: { $0.concerns(attachment.record, sections) }) else {
            return
        }
        let others = try storing { () throws(StateError) in try EndpointStore(layout).list(attachment.network) }
            .endpoints.filter { $0.attachment != attachment.identity }
        var record = stored
        for entry in entries where entry.concerns(attachment.record, sections) {
            let users = others.filter { entry.concerns($0, $0.stages.keys) }
            record.firewall[entry.key] = attachment.earlier(of: entry, sharedWith: users).map { .object($0.json) }
        }
        record.restore(from: others)
        attachment.names?.restore(in: &record)
        guard record != stored else { return }
        let (unneeded, own) = (entries.map(\.filter), Self.entries(of: record).map(\.filter))
        let needed = try own + filtersOfOthers(sharingWith: stored)
        try closeLoopback(unneeded, butNot: needed, attachment)
        try attachment.filtering { session throws(FirewallError) in
            try session.withdraw(unneeded, butNot: needed)
            // What this ADD had put another policy in place of.
            if !attachment.superseded.isEmpty { try session.install(needed, []) }
        }
        try write(record)
    }
}

extension Attachment {
    /// What an entry was before this attachment: what it took the place of, or nothing if nobody else uses it, or the
    /// same without the subnets that nobody else has.
    fileprivate func earlier(of entry: NetworkUpkeep.Entry, sharedWith users: [EndpointRecord]) -> NetworkFilter? {
        if let previous = superseded.first(where: { $0.key == entry.key }) { return previous.filter }
        guard !users.isEmpty else { return nil }
        guard !users.contains(where: { $0.addresses.isEmpty }) else { return entry.filter }
        let own = Set(record.addresses.map(\.network)).subtracting(users.flatMap { $0.addresses.map(\.network) })
        return entry.filter.removing(own)
    }
}

extension NetworkRecord {
    /// Bridge and subnets as the endpoints have them that stay.
    fileprivate mutating func restore(from endpoints: [EndpointRecord]) {
        if let kept = endpoints.compactMap(\.bridge).last, !endpoints.contains(where: { $0.bridge == bridge }) {
            bridge = kept
        }
        let used = Set(NetworkUpkeep.entries(of: self).flatMap(\.filter.subnets))
        subnets.removeAll { !used.contains($0) }
    }
}
