// SPDX-License-Identifier: Apache-2.0
internal import JSON
package import LinuxSystem
internal import NetworkTypes
internal import SystemPackage

/// Kernel settings of the whole host that networks need, and what they were before swnet changed them. They are not put
/// back when the networks go, since others may rely on them by then.
package struct HostSettings: Sendable {
    private let layout: StateLayout

    package init(_ layout: StateLayout) { self.layout = layout }

    /// What was changed since the host started, in that order, each with the value that it had first.
    package func changes() throws(StateError) -> [NetworkRecord.ChangedSysctl] {
        try RecordFile.read(layout.settings, version: Self.version) { object throws(JSONError) in
            try (ObjectReader(object).array("sysctls") ?? []).map { entry throws(JSONError) in
                let sysctl = try entry.object()
                return NetworkRecord.ChangedSysctl(
                    key: try sysctl.required("key").string(), previous: try sysctl.required("previous").string())
            }
        } ?? []
    }

    /// Sets `sysctl`, and records first what it was. One that has the value already is left alone.
    package func set(_ sysctl: Sysctl, to value: String) throws(StateError) {
        guard try reporting({ () throws(SystemError) in try sysctl.read() }) != value else { return }
        do throws(LockedError<StateError>) {
            try layout.withLock(layout.settingsLock, deadline: 30_000) { () throws(StateError) in
                try record(sysctl)
                try reporting { () throws(SystemError) in try sysctl.write(value) }
            }
        } catch { throw error.flattened }
    }

    private func record(_ sysctl: Sysctl) throws(StateError) {
        guard let previous = try reporting({ () throws(SystemError) in try sysctl.read() }) else { return }
        var changes: [NetworkRecord.ChangedSysctl] = []
        do throws(StateError) { changes = try self.changes() } catch {
            // What was recorded is lost; networks are worth more.
            if !error.isCorrupt { throw error }
        }
        guard !changes.contains(where: { $0.key == sysctl.key }) else { return }
        changes.append(.init(key: sysctl.key, previous: previous))
        let entries = changes.map { JSON.object(["key": .string($0.key), "previous": .string($0.previous)]) }
        try RecordFile.write(["version": .number(Self.version), "sysctls": .array(entries)], to: layout.settings)
    }

    private static let version = 1
}
