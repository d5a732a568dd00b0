// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState

/// What the bridge stage remembers of an attachment: enough to remove it with nothing else to go by.
struct BridgeSection: Equatable {
    var bridge: InterfaceName
    /// The bridge was not there when the attachment was prepared.
    var createsBridge: Bool
    /// The host end of the veth pair.
    var hostInterface: InterfaceName
    /// The only address that the port may send from; nil when nobody looks.
    var onlySender: MACAddress?

    init(
        bridge: InterfaceName, createsBridge: Bool, hostInterface: InterfaceName, onlySender: MACAddress? = nil
    ) {
        self.bridge = bridge
        self.createsBridge = createsBridge
        self.hostInterface = hostInterface
        self.onlySender = onlySender
    }

    /// Nil when a name is missing or malformed: then nothing may be removed on its word.
    init?(_ object: JSONObject) {
        guard let bridge = object["bridge"]?.stringValue.flatMap(InterfaceName.init(_:)),
            let host = object["hostInterface"]?.stringValue.flatMap(InterfaceName.init(_:))
        else { return nil }
        self.init(
            bridge: bridge, createsBridge: object["createsBridge"]?.boolValue ?? false, hostInterface: host,
            onlySender: object["onlySender"]?.stringValue.flatMap { MACAddress($0) })
    }

    /// Writes the section's own keys; what the firewall keeps beside them stays.
    func store(in attachment: Attachment) {
        var object = attachment.section(BridgeStage.section) ?? [:]
        object["bridge"] = .string(bridge.text)
        object["hostInterface"] = .string(hostInterface.text)
        object["createsBridge"] = createsBridge ? true : nil
        object["onlySender"] = onlySender.map { .string($0.description) }
        attachment.record[stage: BridgeStage.section] = object
    }

    var portGuard: PortGuard? { onlySender.map { PortGuard(port: hostInterface, sender: $0) } }
}

extension AttachmentID {
    /// The name of the host end on `network`: the same for the same attachment, so that what a lost record described can
    /// still be found. Runtimes look for the prefix `veth`.
    ///
    /// - Parameter attempt: Counts up when another interface has the name.
    func hostInterface(on network: NetworkName, attempt: Int = 0) -> InterfaceName? {
        let hash = StableHash(of: network.text, container.text, interface.text, String(attempt))
        return InterfaceName("veth" + hash.shortText)
    }
}
