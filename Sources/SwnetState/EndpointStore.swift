// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// The endpoints of this host, a file each. Readers never lock; writers hold their network's lock.
package struct EndpointStore: Sendable {
    /// What a directory holds: records, and why some files are none.
    package struct Listing: Sendable {
        package var endpoints: [EndpointRecord] = []
        package var failures: [StateError] = []
    }

    let layout: StateLayout

    package init(_ layout: StateLayout) { self.layout = layout }

    /// Nil when nothing is recorded.
    package func read(_ attachment: AttachmentID, on network: NetworkName) throws(StateError) -> EndpointRecord? {
        let record = try read(layout.endpoint(attachment, on: network))
        // Two long container ids can share a hashed file name.
        return record?.attachment == attachment ? record : nil
    }

    private func read(_ path: FilePath) throws(StateError) -> EndpointRecord? {
        try RecordFile.read(path, version: EndpointRecord.version) { object throws(JSONError) in
            try EndpointRecord(object)
        }
    }

    /// Every endpoint of a network, sorted by file name.
    package func list(_ network: NetworkName) throws(StateError) -> Listing {
        var listing = Listing()
        try forEach(of: network) {
            listing.endpoints.append($0)
        } failed: {
            listing.failures.append($0)
        }
        return listing
    }

    /// Reads the endpoints of a network one after the other, in the order of their files' names.
    package func forEach(
        of network: NetworkName, _ body: (EndpointRecord) -> Void, failed: (StateError) -> Void
    ) throws(StateError) {
        let directory = layout.endpoints(of: network)
        for name in try RecordFile.list(directory) {
            do throws(StateError) {
                // Nil when it was removed after the directory was read.
                if let record = try read(directory.appending(name)) { body(record) }
            } catch { failed(error) }
        }
    }

    /// Every endpoint of every network.
    package func list() throws(StateError) -> Listing {
        var all = Listing()
        for network in try networks() {
            let listing = try list(network)
            all.endpoints += listing.endpoints
            all.failures += listing.failures
        }
        return all
    }

    /// The networks that have endpoints, sorted.
    package func networks() throws(StateError) -> [NetworkName] {
        try reporting { () throws(SystemError) in try File.list(layout.endpoints) }
            .compactMap { NetworkName($0) }.sorted()
    }

    /// Runs `body` with the lock of `network` held exclusively; released on every path out, process death included.
    ///
    /// - Parameter deadline: Longest wait, in milliseconds.
    package func withExclusiveLock<R, E: Error>(
        of network: NetworkName, deadline: Int = 30_000, _ body: (inout Endpoints) throws(E) -> R
    ) throws(LockedError<E>) -> R {
        try layout.withLock(layout.lock(of: network), deadline: deadline) { () throws(E) in
            var endpoints = Endpoints(store: self, network: network)
            return try body(&endpoints)
        }
    }
}
