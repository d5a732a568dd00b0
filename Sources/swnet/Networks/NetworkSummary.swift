// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes
package import SwnetState
package import SystemPackage

/// What a configuration says about its network, whatever types it is made of.
package struct NetworkSummary: Hashable, Sendable {
    package let name: NetworkName
    /// Types in the order of the chain.
    package let types: [String]
    package let subnets: [IPPrefix]
    /// Nil when no plugin names one.
    package let bridge: InterfaceName?
    package let labels: [NetworkPlan.Label]
    package let path: FilePath

    package init(_ file: NetworkFile) {
        let plugins = (file.configuration["plugins"]?.arrayValue ?? []).compactMap(\.objectValue)
        name = file.name
        path = file.path
        types = plugins.compactMap { $0["type"]?.stringValue }
        subnets = UsedPrefix.subnets(of: file.configuration, named: file.name.text).map(\.prefix)
        bridge = plugins.lazy.compactMap { $0["bridge"]?.stringValue.flatMap { InterfaceName($0) } }.first
        let pairs = file.configuration["args"]?.objectValue?["podman_labels"]?.objectValue ?? JSONObject()
        labels = pairs.map { NetworkPlan.Label(key: $0.key, value: $0.value.stringValue ?? "") }
    }

    /// How the list shows it. Keys are interface of the program.
    package func json(endpoints: Int) -> JSON {
        var object: JSONObject = ["name": .string(name.text)]
        object["types"] = .array(types.map { .string($0) })
        object["subnets"] = .array(subnets.map { .string($0.description) })
        object["bridge"] = bridge.map { .string($0.text) } ?? .null
        object["endpoints"] = .number(endpoints)
        object["labels"] = .object(JSONObject(labels.map { ($0.key, JSON.string($0.value)) }))
        object["file"] = .string(path.string)
        return .object(object)
    }
}
