// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// A sandbox that runs, while networks are added to it and taken from it.
struct Connection {
    let target: Target
    let layout: StateLayout

    /// Runs `body` with the attachments that swnet answers for, while nobody else changes them.
    func changing<R>(_ body: (inout AttachmentList) throws -> R) throws -> R {
        target.isOurs ? try changingOurs(body) : try changingOthers(body)
    }

    private func changingOurs<R>(_ body: (inout AttachmentList) throws -> R) throws -> R {
        let store = SandboxStore(layout)
        return try Locked.run { () throws(LockedError<any Error>) in
            try store.changing(target.id) {
                guard var record = try store.read(target.id), !store.isAbandoned(target.id) else {
                    throw Failure.gone(target.title)
                }
                var list = AttachmentList(of: target, record.attachments) { attachments in
                    record.attachments = attachments
                    try store.write(record)
                }
                let result = try body(&list)
                record.attachments = list.attachments
                try SandboxFiles.write(for: record, layout)
                return result
            }
        }
    }

    private func changingOthers<R>(_ body: (inout AttachmentList) throws -> R) throws -> R {
        let store = ConnectionStore(layout)
        return try Locked.run { () throws(LockedError<any Error>) in
            try store.changing {
                let present = try store.read(target.id)
                var list = AttachmentList(of: target, present?.attachments ?? []) { attachments in
                    var record = try present ?? newRecord()
                    record.attachments = attachments
                    try store.write(record)
                }
                return try body(&list)
            }
        }
    }

    private func newRecord() throws -> ConnectionRecord {
        ConnectionRecord(
            id: target.id, name: target.name, namespace: target.namespace,
            identity: try NetworkNamespace(path: target.namespace).identity(), created: Timestamp.now())
    }
}

extension Connection {
    /// Detaches the sandbox from every network that swnet answers for.
    func release() throws {
        try changing { list in
            for network in Set(list.attachments.map(\.network)).sorted() {
                _ = try list.remove(from: network, forgetting: false)
            }
        }
    }

    /// Gives back what swnet attached to sandboxes of others that do not exist any more.
    ///
    /// - Returns: What those were called.
    static func removeAbandoned(_ layout: StateLayout) -> [String] {
        do {
            return try ConnectionStore(layout).list().connections.filter(\.isGone).compactMap { record in
                try Connection(target: Target(record), layout: layout).release()
                return Target(record).title
            }
        } catch {
            if !Failure.isForbidden(error) { Terminal.warn("\(error)") }
            return []
        }
    }

    /// Takes `network` from every sandbox that swnet attached to it for a person.
    static func detachAll(from network: NetworkName, _ layout: StateLayout) throws {
        for record in try ConnectionStore(layout).list().connections
        where record.attachments.contains(where: { $0.network == network }) {
            try Connection(target: Target(record), layout: layout).changing { list in
                _ = try list.remove(from: network, forgetting: false)
            }
        }
    }
}
