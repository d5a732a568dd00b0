// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// The sandboxes that swnet made, a record each, and a lock that its supervisor holds for as long as it lives.
package struct SandboxStore: Sendable {
    /// What a directory holds: records, sorted by id, and why some files are none.
    package struct Listing: Sendable {
        package var sandboxes: [SandboxRecord] = []
        package var failures: [StateError] = []

        /// The sandbox that `text` means: its name, its id, or a beginning of the id that fits no other one.
        package func sandbox(named text: String) -> SandboxRecord? {
            if let exact = sandboxes.first(where: { $0.name == text || $0.id.text == text }) { return exact }
            let matching = text.isEmpty ? [] : sandboxes.filter { $0.id.text.hasPrefix(text) }
            return matching.count == 1 ? matching.first : nil
        }
    }

    private let layout: StateLayout

    package init(_ layout: StateLayout) { self.layout = layout }

    /// Nil when there is no such sandbox.
    package func read(_ id: ContainerID) throws(StateError) -> SandboxRecord? {
        try RecordFile.read(layout.sandbox(id, .record), version: SandboxRecord.version) { object throws(JSONError) in
            try SandboxRecord(object)
        }
    }

    package func list() throws(StateError) -> Listing {
        var listing = Listing()
        for file in try RecordFile.list(layout.sandboxes) {
            guard let id = ContainerID(file.dropLast(StateLayout.recordExtension.count)) else { continue }
            do throws(StateError) {
                if let record = try read(id) { listing.sandboxes.append(record) }
            } catch { listing.failures.append(error) }
        }
        return listing
    }

    /// Writes what changed in a record; to be called in ``changing(_:_:)``.
    package func write(_ record: SandboxRecord) throws(StateError) {
        try RecordFile.write(record.json, to: layout.sandbox(record.id, .record))
    }

    /// Runs `body`, which may add and remove attachments of a sandbox, while nobody else does.
    package func changing<R, E: Error>(
        _ id: ContainerID, _ body: () throws(E) -> R
    ) throws(LockedError<E>) -> R {
        try layout.withLock(layout.lock(ofSandbox: id), deadline: 60_000, body)
    }

    /// Records a new sandbox with the caller as its supervisor.
    ///
    /// - Throws: ``StateError/nameTaken(_:)``
    package func add(_ record: SandboxRecord) throws(StateError) -> SupervisedSandbox {
        do throws(LockedError<StateError>) {
            return try layout.withSandboxLock { () throws(StateError) in
                guard !(try list().sandboxes.contains { $0.name == record.name }) else {
                    throw .nameTaken(record.name)
                }
                try reporting { () throws(SystemError) in try File.createDirectory(layout.sandboxes) }
                let sandbox = try SupervisedSandbox(record, layout)
                try sandbox.save()
                return sandbox
            }
        } catch { throw error.flattened }
    }

    /// True when nobody supervises the sandbox. Who may not look is told that somebody does.
    package func isAbandoned(_ id: ContainerID) -> Bool {
        (try? FileLock(path: layout.sandbox(id, .lock), deadline: 0)) != nil
    }

    /// Takes over a sandbox whose supervisor died; nil when it has one, or is gone by now.
    package func takeOver(_ id: ContainerID) throws(StateError) -> SupervisedSandbox? {
        do throws(LockedError<StateError>) {
            return try layout.withSandboxLock { () throws(StateError) in
                guard let record = try read(id) else { return nil }
                do throws(StateError) {
                    let sandbox = try SupervisedSandbox(record, layout)
                    // Its supervisor may have finished between the two lines above.
                    if let current = try read(id) {
                        sandbox.record = current
                        return sandbox
                    }
                    try sandbox.remove()
                    return nil
                } catch {
                    if case .locked = error { return nil }
                    throw error
                }
            }
        } catch { throw error.flattened }
    }
}
