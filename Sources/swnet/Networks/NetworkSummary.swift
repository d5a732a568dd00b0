// SPDX-License-Identifier: Apache-2.0
package import JSON
package import LinuxSystem
package import NetworkTypes
package import SwnetState
package import SystemPackage

/// What a configuration says about its network, whatever types it is made of; or a network that needs none.
package struct NetworkSummary: Hashable, Sendable {
    /// Who made it, which decides whether swnet may change it.
    package enum Origin: String, Hashable, Sendable {
        /// `swnet create`.
        case swnet
        case builtIn = "built-in"
        /// Another program, or a person; left alone.
        case other
    }

    package let name: NetworkName
    package let origin: Origin
    /// In Docker's words where it has one, else the CNI type.
    package let driver: String
    /// Types in the order of the chain.
    package let types: [String]
    package let subnets: [IPPrefix]
    /// Nil when no plugin names one.
    package let bridge: InterfaceName?
    /// Whether the bridge was there before the network, and is to stay.
    package let adoptsBridge: Bool
    /// Whether it has no way out.
    package let isInternal: Bool
    package let labels: [NetworkPlan.Label]
    /// Nil when nobody recorded it.
    package let created: Timestamp?
    /// Nil for a network that has no configuration.
    package let path: FilePath?

    package init(_ file: NetworkFile) {
        let plugins = (file.configuration["plugins"]?.arrayValue ?? []).compactMap(\.objectValue)
        let arguments = file.configuration["args"]?.objectValue ?? JSONObject()
        let mark = arguments[NetworkMark.key]?.objectValue
        name = file.name
        path = file.path
        types = plugins.compactMap { $0["type"]?.stringValue }
        subnets = UsedPrefix.subnets(of: file.configuration, named: file.name.text).map(\.prefix)
        bridge = plugins.lazy.compactMap { $0["bridge"]?.stringValue.flatMap { InterfaceName($0) } }.first
        let pairs = arguments["podman_labels"]?.objectValue ?? JSONObject()
        labels = pairs.map { NetworkPlan.Label(key: $0.key, value: $0.value.stringValue ?? "") }
        origin = mark == nil ? .other : BuiltInNetwork(file.name) == nil ? .swnet : .builtIn
        driver = types.first == "swnet" ? "bridge" : types.first ?? ""
        isInternal = plugins.first.map(Self.isInternal) ?? false
        created = mark?[NetworkMark.created]?.intValue.map { Timestamp(seconds: Int64($0)) }
        adoptsBridge = mark?[NetworkMark.adoptsBridge]?.boolValue ?? false
    }

    /// A network that is there without being configured.
    package init?(_ builtIn: BuiltInNetwork) {
        guard let name = NetworkName(builtIn.rawValue) else { return nil }
        self.name = name
        origin = .builtIn
        driver = builtIn.driver
        (types, subnets, labels) = ([], [], [])
        (bridge, created, path) = (nil, nil, nil)
        (adoptsBridge, isInternal) = (false, builtIn == .none)
    }

    private static func isInternal(_ plugin: JSONObject) -> Bool {
        // The bridge plugin of an internal network has no gateway; there is no other sign.
        plugin["internal"]?.boolValue == true
            || plugin["type"]?.stringValue == "bridge" && plugin["isGateway"]?.boolValue != true
                && plugin["isDefaultGateway"]?.boolValue != true
    }

    /// As Podman gives ids to CNI networks.
    package var id: String { SHA256(of: name.text).text }

    /// How the list shows it. Keys are interface of the program.
    package func json(endpoints: Int) -> JSONObject {
        var object: JSONObject = ["name": .string(name.text), "id": .string(id)]
        object["driver"] = .string(driver)
        object["origin"] = .string(origin.rawValue)
        object["types"] = .array(types.map { .string($0) })
        object["subnets"] = .array(subnets.map { .string($0.description) })
        object["bridge"] = bridge.map { .string($0.text) } ?? .null
        object["internal"] = .bool(isInternal)
        object["endpoints"] = .number(endpoints)
        object["labels"] = .object(JSONObject(labels.map { ($0.key, JSON.string($0.value)) }))
        object["created"] = created.map { .string(UTCTime($0).description) } ?? .null
        object["file"] = path.map { .string($0.string) } ?? .null
        return object
    }
}
