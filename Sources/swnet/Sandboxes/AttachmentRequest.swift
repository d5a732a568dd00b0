// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
package import NetworkTypes
package import SwnetState

/// What a sandbox wants from one of its networks.
package struct AttachmentRequest: Sendable {
    package var name: String
    package var ports: [PortPublication] = []
    package var addresses: [IPAddress] = []
    package var mac: MACAddress?

    package init(name: String) { self.name = name }

    /// What a runtime passes to the plugins of `list`: by capability where a plugin declares it, else by `CNI_ARGS`.
    package func attachment(to list: NetworkList, as interface: InterfaceName) -> SandboxRecord.Attachment {
        let declared = Set(
            list.plugins.flatMap { plugin in
                (plugin["capabilities"]?.objectValue ?? JSONObject()).filter { $0.value == true }.map(\.key)
            })
        var arguments = ["IgnoreUnknown=1", "K8S_POD_NAME=\(name)"]
        if let address = addresses.first, addresses.count == 1, !declared.contains("ips") {
            arguments.append("IP=\(address)")
        }
        if let mac, !declared.contains("mac") { arguments.append("MAC=\(mac)") }
        // DEL runs with the list that ADD ran with, also when the file changes meanwhile.
        var stored = list.root
        stored["plugins"] = .array(list.plugins.map { .object($0) })
        stored["loadOnlyInlinedPlugins"] = true
        return SandboxRecord.Attachment(
            network: list.name, interface: interface, list: stored, arguments: arguments.joined(separator: ";"),
            capabilities: capabilities)
    }

    private var capabilities: JSONObject {
        var object = JSONObject()
        if !ports.isEmpty { object["portMappings"] = .array(ports.flatMap(\.mappings)) }
        if !addresses.isEmpty { object["ips"] = .array(addresses.map { .string($0.description) }) }
        object["mac"] = mac.map { .string($0.description) }
        return object
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
