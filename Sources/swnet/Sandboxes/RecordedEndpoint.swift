// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// An attachment that some runtime made through swnet, to be detached without that runtime.
struct RecordedEndpoint {
    let record: EndpointRecord
    let layout: StateLayout

    init(_ record: EndpointRecord, _ layout: StateLayout) {
        self.record = record
        self.layout = layout
    }

    /// DEL as a runtime would run it, without a result that only the runtime has.
    ///
    /// - Parameter whatever: Forgets the endpoint also when its plugins fail, or the network is not configured any more.
    func detach(forgetting whatever: Bool) throws {
        do {
            try delete(list(orSubstitute: whatever))
        } catch {
            guard whatever else { throw error }
            Terminal.warn("\(error)")
        }
        guard whatever else { return }
        try Locked.run { () throws(LockedError<any Error>) in
            try EndpointStore(layout).withExclusiveLock(of: record.network) { endpoints in
                _ = try endpoints.remove(record.attachment)
            }
        }
    }

    private func delete(_ list: NetworkList) throws(CNIError) {
        let sandbox = FilePath(record.sandbox)
        let ports = JSON.array(record.ports.map { .object($0.mapping) })
        try PluginChain(list, path: PluginPath.current, environment: ProcessContext.environment).delete(
            PluginChain.Attachment(
                record.attachment, netns: File.exists(sandbox) ? sandbox : nil,
                capabilities: record.ports.isEmpty ? [:] : ["portMappings": ports]),
            previous: nil)
    }

    private func list(orSubstitute mayBeMissing: Bool) throws -> NetworkList {
        let directory = NetworkDirectory(layout.configurationDirectory)
        if let list = try directory.network(named: record.network) { return list }
        guard mayBeMissing else {
            throw Failure(
                "network \(record.network) is not configured any more: "
                    + "'swnet disconnect --force' removes what is recorded")
        }
        // Type swnet has the parts of all others, and needs no configuration to undo what is recorded of them.
        let substitute: JSONObject = [
            "cniVersion": "1.0.0", "name": .string(record.network.text), "plugins": [["type": "swnet"]],
        ]
        return try NetworkList(parsing: substitute.encoded())
    }
}
