// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import SwnetState

/// What an ADD has the resolver know of its network, and what it knew before.
struct PlannedNames {
    let settings: ResolverSettings
    /// As the network's record had them before this ADD; nil when there were none.
    private var previous: ResolverSettings?
    /// Whether they went into the record at all.
    private var isSettled = false
    /// Where the resolver serves the network, as far as it is recorded; nil for where it is asked.
    private(set) var port: Port?

    init(_ settings: ResolverSettings) { self.settings = settings }

    /// The port is the resolver's to change, not the configuration's.
    mutating func settle(into record: inout NetworkRecord) {
        isSettled = true
        previous = record.resolver
        port = previous?.port
        record.resolver = settings
        record.resolver?.port = port
    }

    /// Undoes that for a network on which others stay.
    func restore(in record: inout NetworkRecord) {
        guard isSettled else { return }
        let port = record.resolver?.port
        record.resolver = previous
        record.resolver?.port = port
    }
}
