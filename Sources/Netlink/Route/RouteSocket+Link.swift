// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// Looking at links.
extension RouteSocket {
    /// `ip link show dev NAME`, without reading the others.
    ///
    /// - Throws: `isNotFound` when there is no such link.
    package mutating func link(named name: InterfaceName) throws(NetlinkError) -> Link {
        try netlink.get(.getLink, header: ifinfomsg(), "link show \(name)") { link in
            link.put(.name, name)
            link.put(.extensionMask, skipStatistics)
        } decode: { payload throws(Malformation) in
            try Link(decoding: payload)
        }
    }

    /// As ``link(named:)``, nil when there is no such link.
    package mutating func linkIfPresent(named name: InterfaceName) throws(NetlinkError) -> Link? {
        do throws(NetlinkError) { return try link(named: name) } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// `ip link show` of the link with this index.
    ///
    /// Carrier changes take effect in a work queue of the kernel, but not beyond this call: it settles those of the link
    /// first (`linkwatch_sync_dev`). Once both ends of a veth pair are up, reading the host end makes its bridge forward;
    /// frames sent before are lost.
    ///
    /// - Throws: `isNotFound` when there is no such link.
    package mutating func link(_ index: InterfaceIndex) throws(NetlinkError) -> Link {
        try netlink.get(.getLink, header: ifinfomsg(index: index), "link show index \(index)") { link in
            link.put(.extensionMask, skipStatistics)
        } decode: { payload throws(Malformation) in
            try Link(decoding: payload)
        }
    }

    /// `ip link show [master MASTER] [type KIND]`: all links of the namespace that match.
    package mutating func links(
        master: InterfaceIndex? = nil, kind: LinkKind? = nil
    ) throws(NetlinkError) -> [Link] {
        try netlink.dump(.getLink, header: ifinfomsg(), "link show") { link in
            link.put(.extensionMask, skipStatistics)
            link.put(.master, master)
            if let kind { link.nest(.info) { $0.put(.kind, kind) } }
        } decode: { payload throws(Malformation) in
            let link = try Link(decoding: payload)
            // The kernel filters by hint only; a kind that is not loaded, for instance, filters nothing.
            let matches = (master == nil || link.master == master) && (kind == nil || link.kind == kind)
            return matches ? link : nil
        }
    }
}

/// The per-family counters, half of a reply. The link's own counters are not among what is left out.
private let skipStatistics = UInt32(RTEXT_FILTER_SKIP_STATS)

extension ifinfomsg {
    init(index: InterfaceIndex) {
        self.init()
        ifi_index = index.rawValue
    }
}
