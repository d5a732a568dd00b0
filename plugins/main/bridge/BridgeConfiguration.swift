// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes
package import SwnetPipeline

/// What the `bridge` type is told. Every key of the reference plugin; see the folder's README.
package struct BridgeConfiguration: Equatable, Sendable {
    package var bridge: InterfaceName
    package var isGateway = false
    package var isDefaultGateway = false
    package var forceAddress = false
    package var masquerade = false
    package var port = BridgePortOptions()
    package var promiscuous = false
    package var mtu = BridgeMTU.kernel
    package var macSpoofCheck = false
    package var duplicateAddressDetection = false
    package var disableContainerInterface = false
    /// The address plugin; nil for layer 2 only.
    package var ipamType: String?

    package init(bridge: InterfaceName) { self.bridge = bridge }

    package init(reading root: ObjectReader) throws(JSONError) {
        let name = try root.parse("bridge", as: "an interface name", InterfaceName.init(_:))
        guard let bridge = name ?? InterfaceName("cni0") else { throw root.invalid("bridge", "is missing") }
        self.init(bridge: bridge)
        isDefaultGateway = try root.bool("isDefaultGateway") ?? false
        isGateway = try root.bool("isGateway") ?? false || isDefaultGateway
        forceAddress = try root.bool("forceAddress") ?? false
        masquerade = try root.bool("ipMasq") ?? false
        promiscuous = try root.bool("promiscMode") ?? false
        if let bytes: UInt32 = try root.integer("mtu", in: 0...65535), bytes > 0 { mtu = .bytes(bytes) }
        macSpoofCheck = try root.bool("macspoofchk") ?? false
        duplicateAddressDetection = try root.bool("enabledad") ?? false
        disableContainerInterface = try root.bool("disableContainerInterface") ?? false
        ipamType = try root.object("ipam")?.string("type").flatMap { $0.isEmpty ? nil : $0 }
        port = try BridgePortOptions(reading: root)
        try rejectContradictions(root)
    }

    private func rejectContradictions(_ root: ObjectReader) throws(JSONError) {
        let backend = try root.string("ipMasqBackend") ?? ""
        guard ["", "iptables", "nftables"].contains(backend) else {
            throw root.invalid("ipMasqBackend", "\"\(backend)\" is not \"iptables\" or \"nftables\"")
        }
        if promiscuous, port.hairpin {
            throw root.invalid("promiscMode", "cannot be set together with hairpinMode; leave one of them out")
        }
        if disableContainerInterface, ipamType != nil {
            throw root.invalid("disableContainerInterface", "cannot be set together with ipam; leave one of them out")
        }
    }
}
