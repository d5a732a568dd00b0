// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState

/// What changes in the state directory, whoever changes it.
struct StateWatch: ~Copyable {
    enum Change {
        /// The record of a network.
        case network(NetworkName)
        /// One endpoint's.
        case endpoint(AttachmentID, NetworkName)
        /// Which endpoints a network has.
        case endpoints(NetworkName)
        /// Too much to be told.
        case everything
        /// The directory is gone.
        case end
    }

    private enum Directory {
        case networks
        case endpoints
        case network(NetworkName)
    }

    let inotify: Inotify
    private let layout: StateLayout
    private var directories: [Int32: Directory]

    /// Makes the directories if they are missing.
    init(_ layout: StateLayout) throws(SystemError) {
        let inotify = try Inotify()
        var directories: [Int32: Directory] = [:]
        for (path, directory) in [(layout.networks, Directory.networks), (layout.endpoints, .endpoints)] {
            try File.createDirectory(path)
            directories[try inotify.watch(path)] = directory
        }
        self.inotify = inotify
        self.directories = directories
        self.layout = layout
    }

    /// Watches the endpoints of a network, if it has any yet.
    mutating func watch(_ network: NetworkName) throws(SystemError) {
        do throws(SystemError) {
            directories[try inotify.watch(layout.endpoints(of: network))] = .network(network)
        } catch { if !error.isNotFound { throw error } }
    }

    mutating func takeChanges() throws(SystemError) -> [Change] {
        var changes: [Change] = []
        for event in try inotify.takeEvents() {
            if event.hasLostOthers { return [.everything] }
            guard let directory = directories[event.watch] else { continue }
            if event.isEnd { directories[event.watch] = nil }
            if let change = change(event, directory) { changes.append(change) }
        }
        return changes
    }

    private func change(_ event: Inotify.Event, _ directory: Directory) -> Change? {
        switch directory {
        case .networks:
            if event.isEnd { return .end }
            return layout.network(of: event.name).map { .network($0) }
        case .endpoints:
            if event.isEnd { return .end }
            return NetworkName(event.name).map { .endpoints($0) }
        case .network(let network):
            if event.isEnd { return .endpoints(network) }
            // Temporary files of writers.
            if event.name.hasPrefix(".") { return nil }
            guard let attachment = layout.attachment(ofEndpoint: event.name) else { return .endpoints(network) }
            return .endpoint(attachment, network)
        }
    }
}
