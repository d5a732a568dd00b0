// SPDX-License-Identifier: Apache-2.0
package import JSON
internal import LinuxSystem
package import NetworkTypes

/// What was made for a network as a whole and goes with its last endpoint, unless another network needs it too.
package struct NetworkRecord: Hashable, Sendable {
    /// A kernel setting that was changed, with the value that it had.
    package struct ChangedSysctl: Hashable, Sendable {
        /// Relative to `/proc/sys`, with slashes.
        package let key: String
        package let previous: String

        package init(key: String, previous: String) {
            self.key = key
            self.previous = previous
        }
    }

    package let network: NetworkName
    package var bridge: InterfaceName?
    /// Whether the bridge is ours to remove.
    package var hasCreatedBridge = false
    package var subnets: [IPPrefix] = []
    /// What the firewall was told, as the stage that told it wrote it.
    package var firewall = JSONObject()
    package var sysctls: [ChangedSysctl] = []
    /// The chains of other programs that let the network pass by rules of ours.
    package var foreignChains: [ForeignChain] = []
    /// Nil for a network without names.
    package var resolver: ResolverSettings?
    /// Keys that a newer swnet wrote into a record of this version.
    private var unknown = JSONObject()

    package init(network: NetworkName) { self.network = network }
}

extension NetworkRecord {
    static let version = 1

    private static let keys = [
        "version", "network", "bridge", "hasCreatedBridge", "subnets", "firewall", "sysctls", "foreignChains",
        "resolver",
    ]

    /// The record as its file holds it.
    package var json: JSONObject {
        var object: JSONObject = ["version": .number(Self.version), "network": .string(network.text)]
        object["bridge"] = bridge.map { .string($0.text) }
        object["hasCreatedBridge"] = .bool(hasCreatedBridge)
        object["subnets"] = .array(subnets.map { .string($0.description) })
        object["firewall"] = .object(firewall)
        object["sysctls"] = .array(sysctls.map { ["key": .string($0.key), "previous": .string($0.previous)] })
        if !foreignChains.isEmpty { object["foreignChains"] = .array(foreignChains.map { .object($0.json) }) }
        object["resolver"] = resolver.map { .object($0.json) }
        object.merge(unknown)
        return object
    }

    /// Decodes a record of this version.
    init(_ object: JSONObject) throws(JSONError) {
        let reader = ObjectReader(object)
        self.init(network: try reader.required("network").parse("a network name") { NetworkName($0) })
        bridge = try reader.parse("bridge", as: "an interface name") { InterfaceName($0) }
        hasCreatedBridge = try reader.bool("hasCreatedBridge") ?? false
        subnets = try reader.list("subnets", of: "a subnet") { IPPrefix($0) }
        firewall = try reader.object("firewall")?.object ?? JSONObject()
        for entry in try reader.array("sysctls") ?? [] {
            let sysctl = try entry.object()
            sysctls.append(
                ChangedSysctl(
                    key: try sysctl.required("key").string(), previous: try sysctl.required("previous").string()))
        }
        for entry in try reader.array("foreignChains") ?? [] { foreignChains.append(try ForeignChain(entry.object())) }
        resolver = try reader.object("resolver").map { settings throws(JSONError) in try ResolverSettings(settings) }
        unknown = object.without(Self.keys)
    }
}
