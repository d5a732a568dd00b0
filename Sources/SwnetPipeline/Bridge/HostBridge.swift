// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import LinuxSystem
package import Netlink
package import NetworkTypes

/// The bridge of a network in the host's namespace.
package struct HostBridge: Sendable {
    package let name: InterfaceName
    package let mtu: BridgeMTU
    package let filtersVLANs: Bool
    package let promiscuous: Bool

    package init(name: InterfaceName, mtu: BridgeMTU, filtersVLANs: Bool, promiscuous: Bool) {
        self.name = name
        self.mtu = mtu
        self.filtersVLANs = filtersVLANs
        self.promiscuous = promiscuous
    }

    /// Finds the bridge, or makes it, and sets it up: with a MAC of its own, which then does not follow that of its ports.
    ///
    /// - Throws: code 103 when something that is no bridge has the name.
    package func ensure(_ attachment: Attachment) throws(CNIError) -> Link {
        var found = try asking { () throws(NetlinkError) in try attachment.host.linkIfPresent(named: name) }
        if found == nil {
            try make(attachment)
            found = try asking { () throws(NetlinkError) in try attachment.host.link(named: name) }
        }
        guard let link = found else { throw CNIError(.tryAgainLater, "bridge \(name) vanished while it was used") }
        guard link.kind == .bridge else {
            throw CNIError(
                .interfaceExists, "\(name) exists but is not a bridge: name another bridge or remove the interface")
        }
        if promiscuous, !link.flags.contains(.promiscuous) {
            try asking { () throws(NetlinkError) in try attachment.host.setLink(link.index, .promiscuous(true)) }
        }
        if !link.isUp { try asking { () throws(NetlinkError) in try attachment.host.setLink(link.index, .up) } }
        return link
    }

    /// Two processes may do this at once; the loser finds what the winner made.
    private func make(_ attachment: Attachment) throws(CNIError) {
        let link = NewLink(
            name, macAddress: StableHash(of: "bridge", name.text).macAddress,
            mtu: try mtu.bytes(attachment))
        do throws(NetlinkError) {
            try attachment.host.addLink(link, BridgeOptions(vlanFiltering: filtersVLANs ? true : nil))
        } catch {
            if error.isAlreadyExists { return }
            if filtersVLANs, error.isNotSupported {
                throw CNIError(
                    .internalError,
                    "\(error): VLANs need a kernel with CONFIG_BRIDGE_VLAN_FILTERING; remove vlan and vlanTrunk")
            }
            throw CNIError(error)
        }
        // Before the bridge goes up, so that its link-local address, from which the host asks for neighbours, is usable at
        // once; and the host must not configure itself from what containers advertise.
        try calling { () throws(SystemError) in
            for key in ["accept_dad", "accept_ra"] {
                try Sysctl.interface(name, .ipv6, key).writeIfPresent("0")
            }
        }
    }

    /// Gives the bridge a gateway's address.
    ///
    /// - Parameter force: Replace an address of the same family that conflicts, instead of failing.
    package func ensureAddress(
        _ gateway: IPPrefix, on link: Link, force: Bool, _ attachment: Attachment
    ) throws(CNIError) {
        let present = try asking { () throws(NetlinkError) in try attachment.host.addresses(of: link.index) }
        if present.contains(where: { $0.prefix == gateway }) { return }
        // An IPv6 interface has several addresses by nature; only those of the same subnet are in each other's way.
        let conflicts = present.map(\.prefix).filter {
            $0.family == gateway.family && !$0.address.isLinkLocal && (gateway.family == .ipv4 || $0.overlaps(gateway))
        }
        if let other = conflicts.first, !force {
            throw CNIError(
                .invalidConfiguration,
                "bridge \(name) has the address \(other) and network \(attachment.network) wants \(gateway): "
                    + "use another bridge, the same subnet, or forceAddress")
        }
        try asking { () throws(NetlinkError) in
            for other in conflicts { try attachment.host.deleteAddress(other, from: link.index) }
            do throws(NetlinkError) {
                try attachment.host.addAddress(gateway, to: link.index, .noDuplicateDetection)
            } catch {
                if !error.isAlreadyExists { throw error }
            }
        }
    }

    /// Removes the bridge if nothing is plugged into it.
    package static func removeIfUnused(_ name: InterfaceName, _ host: inout RouteSocket) throws(CNIError) {
        try asking { () throws(NetlinkError) in
            guard let link = try host.linkIfPresent(named: name), link.kind == .bridge else { return }
            guard try host.links(master: link.index).isEmpty else { return }
            do throws(NetlinkError) { try host.deleteLink(link.index) } catch {
                if !error.isNotFound { throw error }
            }
        }
    }
}
