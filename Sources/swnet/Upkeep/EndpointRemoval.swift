// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState
internal import SystemPackage

/// DEL of an attachment whose sandbox is gone and which no runtime remembers.
struct EndpointRemoval {
    let record: EndpointRecord
    let layout: StateLayout

    /// With the network's configuration if there is one, and then with what the record tells if that did not help: the
    /// configuration may be another one by now, or broken.
    func remove() throws(CNIError) {
        // Under the same name there may be a new attachment by now.
        guard try stored() == record else { return }
        var firstFailure: CNIError?
        do throws(CNIError) {
            if let list = try NetworkDirectory(layout.configurationDirectory).network(named: record.network) {
                try delete(list)
            }
        } catch { firstFailure = error }
        if try stored() != nil { try delete(try recordedList()) }
        if let firstFailure { throw firstFailure }
    }

    private func stored() throws(CNIError) -> EndpointRecord? {
        try storing { () throws(StateError) in try EndpointStore(layout).read(record.attachment, on: record.network) }
    }

    private func delete(_ list: NetworkList) throws(CNIError) {
        let chain = PluginChain(list, path: PluginPath.current, environment: ProcessContext.environment)
        let ports = JSON.array(record.ports.map { .object($0.mapping) })
        try chain.delete(
            PluginChain.Attachment(
                record.attachment, netns: nil, capabilities: record.ports.isEmpty ? [:] : ["portMappings": ports]),
            previous: nil)
    }

    /// The types that have recorded something, as a list. DEL takes the rest from the record.
    private func recordedList() throws(CNIError) -> NetworkList {
        let chained = [("portmap", "portmap"), ("firewall", "firewall"), ("tuning", "tuning"), ("names", "dnsname")]
            .filter { section, type in record.type != "swnet" && record.type != type && record.stages[section] != nil }
            .map(\.1)
        let plugins = ([record.type] + chained).map { type in JSON.object(["type": .string(type)]) }
        let list: JSONObject = [
            "cniVersion": .string(CNIVersion.newest.rawValue), "name": .string(record.network.text),
            "plugins": .array(plugins), "loadOnlyInlinedPlugins": true,
        ]
        return try NetworkList(parsing: list.encoded())
    }
}
