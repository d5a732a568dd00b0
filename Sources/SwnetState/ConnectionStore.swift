// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// The sandboxes of others that swnet attached to networks, a record each.
package struct ConnectionStore: Sendable {
    /// Records, sorted by file name, and why some files are none.
    package struct Listing: Sendable {
        package var connections: [ConnectionRecord] = []
        package var failures: [StateError] = []
    }

    private let layout: StateLayout

    package init(_ layout: StateLayout) { self.layout = layout }

    /// Nil when swnet attached that sandbox to nothing.
    package func read(_ id: ContainerID) throws(StateError) -> ConnectionRecord? {
        try RecordFile.read(layout.connection(id), version: ConnectionRecord.version) { object throws(JSONError) in
            try ConnectionRecord(object)
        }
    }

    package func list() throws(StateError) -> Listing {
        var listing = Listing()
        for file in try RecordFile.list(layout.connections) {
            do throws(StateError) {
                let record = try RecordFile.read(
                    layout.connections.appending(file), version: ConnectionRecord.version
                ) { object throws(JSONError) in try ConnectionRecord(object) }
                if let record { listing.connections.append(record) }
            } catch { listing.failures.append(error) }
        }
        return listing
    }

    /// Writes what changed in a record, and removes one that has no attachments; to be called in ``changing(_:)``.
    package func write(_ record: ConnectionRecord) throws(StateError) {
        guard !record.attachments.isEmpty else {
            return try reporting { () throws(SystemError) in _ = try RecordFile.remove(layout.connection(record.id)) }
        }
        try RecordFile.write(record.json, to: layout.connection(record.id))
    }

    /// Runs `body`, which may change records, while nobody else does.
    package func changing<R, E: Error>(_ body: () throws(E) -> R) throws(LockedError<E>) -> R {
        try layout.withLock(layout.connectionsLock, deadline: 60_000, body)
    }
}
