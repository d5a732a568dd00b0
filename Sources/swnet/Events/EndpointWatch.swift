// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// Notices endpoints that come and go, by the directories of their records.
struct EndpointWatch: ~Copyable {
    private let layout: StateLayout
    private let inotify: Inotify
    /// By the number of the watch on its directory.
    private var networks: [Int32: NetworkName] = [:]
    private var known: [NetworkName: [AttachmentID: EndpointRecord]] = [:]

    init(_ layout: StateLayout) throws {
        self.layout = layout
        let inotify = try Inotify()
        // Whoever attaches first would make it; a directory that is not there cannot be watched.
        try File.createDirectory(layout.endpoints)
        _ = try inotify.watch(layout.endpoints)
        self.inotify = inotify
    }

    /// Takes what is attached already, which is no news.
    mutating func begin() throws { _ = try look() }

    func watch(by poll: borrowing EventPoll, token: UInt64) throws(SystemError) {
        try poll.add(inotify.descriptor, for: .reading, token: token)
    }

    /// What happened since the last time.
    mutating func takeEvents() throws -> [HostEvent.Kind] {
        let events = try inotify.takeEvents()
        if events.isEmpty { return [] }
        for event in events where event.isEnd { networks[event.watch] = nil }
        let changed = Set(events.map { networks[$0.watch] })
        // News of the directory above, or lost news, are about any network.
        return changed.contains(nil) ? try look() : try changed.compactMap(\.self).sorted().flatMap { try look(at: $0) }
    }

    private mutating func look() throws -> [HostEvent.Kind] {
        let present = try EndpointStore(layout).networks()
        return try Set(present + known.keys).sorted().flatMap { try look(at: $0) }
    }

    private mutating func look(at network: NetworkName) throws -> [HostEvent.Kind] {
        do throws(SystemError) { networks[try inotify.watch(layout.endpoints(of: network))] = network } catch {
            if !error.isNotFound { throw error }
        }
        // Read after the watch is set, so that nothing falls between the two.
        let listing = try EndpointStore(layout).list(network)
        let attached = listing.endpoints.filter { $0.state == .attached }
        let now = Dictionary(attached.map { ($0.attachment, $0) }) { first, _ in first }
        let before = known[network] ?? [:]
        // An attachment that is under way again is not attached, and neither is it gone.
        let present = Set(listing.endpoints.map(\.attachment))
        let gone = before.filter { !present.contains($0.key) }.values.sorted { $0.attachment < $1.attachment }
        let come = now.filter { before[$0.key] == nil }.values.sorted { $0.attachment < $1.attachment }
        known[network] = before.filter { present.contains($0.key) }.merging(now) { _, new in new }
        if known[network]?.isEmpty == true { known[network] = nil }
        return gone.map { .detach($0) } + come.map { .attach($0) }
    }
}
