// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import SystemPackage

/// A sandbox while this process answers for it. There is only one such value for a sandbox on the whole host.
package final class SupervisedSandbox {
    package var record: SandboxRecord
    package let layout: StateLayout
    /// Released by the kernel if this process dies, which is how others learn of it.
    private let lock: FileLock

    init(_ record: SandboxRecord, _ layout: StateLayout) throws(StateError) {
        self.record = record
        self.layout = layout
        do throws(SystemError) { lock = try FileLock(path: layout.sandbox(record.id, .lock), deadline: 0) } catch {
            throw error.errno == .wouldBlock ? .locked(error) : .system(error)
        }
    }

    /// Writes what changed in ``record``.
    package func save() throws(StateError) {
        try store.write(record)
    }

    /// Runs `body` with ``record`` as it is by now, while nobody else changes the sandbox's attachments.
    package func changing<R, E: Error>(_ body: () throws(E) -> R) throws(LockedError<E>) -> R {
        try store.changing(record.id) { () throws(E) in
            // Who made an attachment wrote a whole record; what cannot be read leaves the one that is known.
            if let current = try? store.read(record.id) { record = current }
            return try body()
        }
    }

    private var store: SandboxStore { SandboxStore(layout) }

    /// Where the network namespace is.
    package var namespace: FilePath { layout.namespace(of: record) }

    package func path(of part: StateLayout.SandboxPart) -> FilePath { layout.sandbox(record.id, part) }

    /// Forgets the sandbox; the namespace must be unbound already.
    package func remove() throws(StateError) {
        try reporting { () throws(SystemError) in
            // The record goes last but for the lock: while it is there, somebody will try again.
            for part in [.hosts, .resolver] as [StateLayout.SandboxPart] { try File.remove(path(of: part)) }
            _ = try RecordFile.remove(path(of: .record))
            try File.remove(layout.lock(ofSandbox: record.id))
            try File.remove(path(of: .lock))
        }
    }
}
