// SPDX-License-Identifier: Apache-2.0
package import CNI
package import Netlink
package import NetworkTypes

/// The interface that has a VLAN's gateway addresses: one end of a veth pair whose other end is an access port of the VLAN.
///
/// The bridge's own interface cannot have them, since it is in the default VLAN. The name is the reference plugin's.
package struct VLANGateway {
    package let bridge: InterfaceName
    package let vlan: UInt16

    package init(bridge: InterfaceName, vlan: UInt16) {
        self.bridge = bridge
        self.vlan = vlan
    }

    /// Finds the interface or makes it. Like the bridge, it stays. The caller holds the bridge's lock.
    ///
    /// - Throws: code 7 when the bridge's name leaves no room for the VLAN's number.
    package func ensure(on link: Link, _ attachment: Attachment) throws(CNIError) -> Link {
        guard let name = InterfaceName("\(bridge).\(vlan)") else {
            throw CNIError(
                .invalidConfiguration, "bridge \(bridge) needs a gateway interface \(bridge).\(vlan): shorten its name")
        }
        if let found = try asking({ () throws(NetlinkError) in try attachment.host.linkIfPresent(named: name) }) {
            return found
        }
        return try make(name, on: link, attachment)
    }

    private func make(_ name: InterfaceName, on link: Link, _ attachment: Attachment) throws(CNIError) -> Link {
        let hash = StableHash(of: "vlan gateway", name.text)
        guard let port = InterfaceName("veth" + hash.shortText),
            let membership = BridgeVLAN(vlan, isPVID: true, isUntagged: true), let preset = BridgeVLAN(1)
        else { throw CNIError(.invalidConfiguration, "VLAN \(vlan) is not from 1 to 4094") }
        return try asking { () throws(NetlinkError) in
            let peer = NewLink(name, macAddress: hash.macAddress, mtu: link.mtu)
            let index = try attachment.host.addLink(
                NewLink(port, mtu: link.mtu, master: link.index, isUp: true), VethPeer(peer))
            do throws(NetlinkError) {
                try attachment.host.deleteBridgeVLANs([preset], from: index)
                try attachment.host.addBridgeVLANs([membership], to: index)
                try attachment.host.setLink(named: name, .up)
            } catch {
                // Both ends go; the first failure is the one to report.
                try? attachment.host.deleteLink(index)
                throw error
            }
            return try attachment.host.link(named: name)
        }
    }
}
