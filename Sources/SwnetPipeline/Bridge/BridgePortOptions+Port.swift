// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import Netlink
package import NetworkTypes

extension BridgePortOptions {
    /// Flags and VLANs of a new port, which has the kernel's defaults.
    package func apply(to port: InterfaceIndex, _ attachment: Attachment) throws(CNIError) {
        try asking { () throws(NetlinkError) in
            if hairpin || isolated {
                let options = BridgePort(hairpin: hairpin ? true : nil, isolated: isolated ? true : nil)
                try attachment.host.setBridgePort(port, options)
            }
            guard filtersVLANs else { return }
            if !preservesDefaultVLAN, let preset = BridgeVLAN(1) {
                try attachment.host.deleteBridgeVLANs([preset], from: port)
            }
            try attachment.host.addBridgeVLANs(memberships, to: port)
        }
    }

    /// A trunk without an access VLAN carries untagged frames in VLAN 1, as in the reference plugin.
    private var memberships: [BridgeVLAN] {
        let native = BridgeVLAN(vlan ?? 1, isPVID: true, isUntagged: true)
        return [native].compactMap(\.self) + trunk.compactMap { BridgeVLAN($0) }
    }
}
