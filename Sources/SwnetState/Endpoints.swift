// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// The endpoints of one network while its lock is held; only ``EndpointStore/withExclusiveLock(of:deadline:_:)`` makes
/// one.
package struct Endpoints: ~Copyable {
    package let store: EndpointStore
    package let network: NetworkName

    package func read(_ attachment: AttachmentID) throws(StateError) -> EndpointRecord? {
        try store.read(attachment, on: network)
    }

    package mutating func write(_ record: EndpointRecord) throws(StateError) {
        try RecordFile.write(record.json, to: store.layout.endpoint(record.attachment, on: network))
    }

    /// Removes a record, whatever its content. Returns false when there was none.
    @discardableResult
    package mutating func remove(_ attachment: AttachmentID) throws(StateError) -> Bool {
        try reporting { () throws(SystemError) in
            let wasThere = try RecordFile.remove(store.layout.endpoint(attachment, on: network))
            try File.removeDirectoryIfEmpty(store.layout.endpoints(of: network))
            return wasThere
        }
    }

    /// Adds or replaces the section of one stage; makes the record with `initial` when this stage is the first.
    package mutating func record(
        _ stage: EndpointStage, of attachment: AttachmentID, initial: () -> EndpointRecord
    ) throws(StateError) {
        var record = try read(attachment) ?? initial()
        record[stage: stage.name] = stage.undo
        try write(record)
    }

    /// Removes the section of one stage, and the record with the last one.
    package mutating func forget(stage name: String, of attachment: AttachmentID) throws(StateError) {
        guard var record = try read(attachment) else { return }
        record[stage: name] = nil
        if record.stages.isEmpty { try remove(attachment) } else { try write(record) }
    }

    /// True when no other endpoint of the network is recorded. Stops reading the directory at the first other one.
    package func isLast(besides attachment: AttachmentID) throws(StateError) -> Bool {
        let own = store.layout.endpoint(attachment, on: network).lastComponent?.string
        var isLast = true
        try reporting { () throws(SystemError) in
            try File.forEachEntry(of: store.layout.endpoints(of: network)) { name in
                if RecordFile.isRecord(name), name != own { isLast = false }
                return isLast
            }
        }
        return isLast
    }
}
