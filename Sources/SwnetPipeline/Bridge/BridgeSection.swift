// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes
internal import SwnetState

/// What is remembered of an attachment to a bridge: enough to remove it, and to plug it in again, with nothing else to go
/// by.
package struct BridgeSection: Equatable, Sendable {
    /// The section's key in the record.
    package static let key = "bridge"

    package var bridge: InterfaceName
    /// The bridge was not there when the attachment was prepared.
    package var createsBridge: Bool
    /// The host end of the veth pair.
    package var hostInterface: InterfaceName
    /// The only address that the port may send from; nil when nobody looks.
    package var onlySender: MACAddress?
    /// How the host end behaves as a port.
    package var port = BridgePortOptions()
    /// The bridge's own addresses on the network.
    package var gateways: [IPPrefix] = []
    /// Whether the bridge takes every frame.
    package var promiscuous = false

    package init(
        bridge: InterfaceName, createsBridge: Bool, hostInterface: InterfaceName, onlySender: MACAddress? = nil
    ) {
        self.bridge = bridge
        self.createsBridge = createsBridge
        self.hostInterface = hostInterface
        self.onlySender = onlySender
    }

    /// Nil when a name is missing or malformed: then nothing may be removed on its word.
    package init?(_ object: JSONObject) {
        guard let bridge = object["bridge"]?.stringValue.flatMap(InterfaceName.init(_:)),
            let host = object["hostInterface"]?.stringValue.flatMap(InterfaceName.init(_:))
        else { return nil }
        self.init(
            bridge: bridge, createsBridge: object["createsBridge"]?.boolValue ?? false, hostInterface: host,
            onlySender: object["onlySender"]?.stringValue.flatMap { MACAddress($0) })
        if let options = object["port"]?.objectValue {
            // What cannot be read is left as the kernel makes it.
            port = (try? BridgePortOptions(reading: ObjectReader(options))) ?? BridgePortOptions()
        }
        gateways = (object["gateways"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap { IPPrefix($0) } }
        promiscuous = object["promiscuous"]?.boolValue ?? false
    }

    /// Writes the section's own keys; what the firewall keeps beside them stays.
    package func store(in attachment: Attachment) {
        var object = attachment.section(Self.key) ?? [:]
        object["bridge"] = .string(bridge.text)
        object["hostInterface"] = .string(hostInterface.text)
        object["createsBridge"] = createsBridge ? true : nil
        object["onlySender"] = onlySender.map { .string($0.description) }
        let options = port.json
        object["port"] = options.isEmpty ? nil : .object(options)
        object["gateways"] = gateways.isEmpty ? nil : .array(gateways.map { .string($0.description) })
        object["promiscuous"] = promiscuous ? true : nil
        attachment.record[stage: Self.key] = object
    }

    package var portGuard: PortGuard? { onlySender.map { PortGuard(port: hostInterface, sender: $0) } }
}

extension AttachmentID {
    /// The name of the host end on `network`: the same for the same attachment, so that what a lost record described can
    /// still be found. Runtimes look for the prefix `veth`.
    ///
    /// - Parameter attempt: Counts up when another interface has the name.
    package func hostInterface(on network: NetworkName, attempt: Int = 0) -> InterfaceName? {
        let hash = StableHash(of: network.text, container.text, interface.text, String(attempt))
        return InterfaceName("veth" + hash.shortText)
    }
}
