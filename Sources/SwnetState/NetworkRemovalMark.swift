// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
package import NetworkTypes
package import SystemPackage

/// Tells ADD that a network is being removed, or was a moment ago by somebody who did not know of this ADD.
///
/// A runtime reads the configuration before it runs the plugins, so an ADD may arrive when the network is gone.
package struct NetworkRemovalMark: Sendable {
    /// For how long an ADD may have been on its way, in seconds.
    private static let memory: Int64 = 60
    private static let version = 1

    private let network: NetworkName
    private let layout: StateLayout

    package init(of network: NetworkName, _ layout: StateLayout) {
        self.network = network
        self.layout = layout
    }

    /// Runs `body` while the network is marked; not any more when this process dies. To be taken before the network's lock.
    package func whileRemoving<R, E: Error>(_ body: () throws(E) -> R) throws(LockedError<E>) -> R {
        try layout.withLock(layout.removal(of: network), deadline: 10_000, body)
    }

    /// Records that the network goes from `directory`. To be called while it is marked, before its configuration goes.
    package func record(goingFrom directory: FilePath) throws(StateError) {
        let object: JSONObject = [
            "version": .number(Self.version), "directory": .string(directory.string),
            "time": .number(Timestamp.now().seconds),
        ]
        try RecordFile.write(object, to: layout.removed(network))
    }

    /// Forgets the network that had the name: there is another one now.
    package func forget() throws(StateError) {
        try reporting { () throws(SystemError) in _ = try RecordFile.remove(layout.removed(network)) }
    }

    /// Whether an ADD has to be refused. The caller holds the network's lock.
    package func isSet() throws(StateError) -> Bool {
        if try isBeingRemoved() { return true }
        let removed = try RecordFile.read(layout.removed(network), version: Self.version) { object throws(JSONError) in
            let reader = ObjectReader(object)
            let time: Int64 = try reader.required("time").integer()
            return (time: time, directory: try reader.required("directory").string())
        }
        guard let removed, abs(Timestamp.now().seconds - removed.time) < Self.memory else { return false }
        // Somebody may have written another one by hand.
        let directory = StateLayout(configurationDirectory: removed.directory)
        return try NetworkStore(directory).list().file(of: network) == nil
    }

    private func isBeingRemoved() throws(StateError) -> Bool {
        let path = layout.removal(of: network)
        guard File.exists(path) else { return false }
        do throws(SystemError) {
            _ = try FileLock(path: path, deadline: 0)
            return false
        } catch {
            guard error.errno == .wouldBlock else { throw .system(error) }
            return true
        }
    }
}
