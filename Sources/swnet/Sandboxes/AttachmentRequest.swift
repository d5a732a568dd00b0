// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
package import NetworkTypes
package import SwnetState
package import SystemPackage

/// What a sandbox wants from one of its networks.
package struct AttachmentRequest: Sendable {
    /// Nil when the sandbox has none that is known.
    package var name: String?
    package var ports: [PortPublication] = []
    package var addresses: [IPAddress] = []
    package var mac: MACAddress?
    package var aliases: [String] = []
    /// The metric of default routes for which the network has none, so that they do not contend with those of another
    /// network; nil for the kernel's.
    package var metric: Int?
    /// Where leases are kept; nil for the usual place.
    package var leaseDirectory: FilePath?

    package init(name: String?) { self.name = name }

    /// What a runtime passes to the plugins of `list`: by capability where a plugin declares it, else by `CNI_ARGS`.
    package func attachment(to list: NetworkList, as interface: InterfaceName) -> SandboxRecord.Attachment {
        let declared = Set(
            list.plugins.flatMap { plugin in
                (plugin["capabilities"]?.objectValue ?? JSONObject()).filter { $0.value == true }.map(\.key)
            })
        var arguments = ["IgnoreUnknown=1"]
        if let name { arguments.append("K8S_POD_NAME=\(name)") }
        if let address = addresses.first, addresses.count == 1, !declared.contains("ips") {
            arguments.append("IP=\(address)")
        }
        if let mac, !declared.contains("mac") { arguments.append("MAC=\(mac)") }
        // DEL runs with the list that ADD ran with, also when the file changes meanwhile.
        var stored = list.root
        stored["plugins"] = .array(list.plugins.map { .object(adapted($0)) })
        stored["loadOnlyInlinedPlugins"] = true
        return SandboxRecord.Attachment(
            network: list.name, interface: interface, list: stored, arguments: arguments.joined(separator: ";"),
            capabilities: capabilities(on: list.name))
    }

    private func capabilities(on network: NetworkName) -> JSONObject {
        var object = JSONObject()
        if !ports.isEmpty { object["portMappings"] = .array(ports.flatMap(\.mappings)) }
        if !addresses.isEmpty { object["ips"] = .array(addresses.map { .string($0.description) }) }
        object["mac"] = mac.map { .string($0.description) }
        if !aliases.isEmpty {
            // The form that Podman gives them, and the one that its own plugin reads.
            object["aliases"] = .object([network.text: .array(aliases.map { .string($0) })])
        }
        return object
    }
}

extension AttachmentRequest {
    /// The plugin's object with what this sandbox needs different. What the network says itself stays.
    private func adapted(_ plugin: JSONObject) -> JSONObject {
        var plugin = plugin
        if plugin["type"] == "swnet" {
            fill("priority", of: &plugin, with: metric.map { .number($0) })
            fill("dataDir", of: &plugin, with: leaseDirectory.map { .string($0.string) })
        }
        guard var addressing = plugin["ipam"]?.objectValue else { return plugin }
        if addressing["type"] == "host-local" {
            fill("dataDir", of: &addressing, with: leaseDirectory.map { .string($0.string) })
        }
        if let routes = addressing["routes"]?.arrayValue {
            addressing["routes"] = .array(routes.map(adaptedRoute))
        }
        plugin["ipam"] = .object(addressing)
        return plugin
    }

    private func adaptedRoute(_ route: JSON) -> JSON {
        guard var object = route.objectValue, let destination = object["dst"]?.stringValue.flatMap({ IPPrefix($0) }),
            destination.length == 0
        else { return route }
        fill("priority", of: &object, with: metric.map { .number($0) })
        return .object(object)
    }

    private func fill(_ key: String, of object: inout JSONObject, with value: JSON?) {
        guard let value, object.value(ignoringCaseOf: key) == nil else { return }
        object[key] = value
    }
}

extension PortPublication {
    /// Entries of the capability `portMappings`.
    fileprivate var mappings: [JSON] {
        pairs.map { pair in
            var object: JSONObject = [
                "hostPort": .number(pair.host.rawValue), "containerPort": .number(pair.container.rawValue),
                "protocol": .string(transport.rawValue),
            ]
            object["hostIP"] = hostAddress.map { .string($0.description) }
            return .object(object)
        }
    }
}
