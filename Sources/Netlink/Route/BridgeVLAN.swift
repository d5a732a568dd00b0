// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// A range of VLANs that a port of a bridge, or the bridge itself, takes part in.
///
/// - SeeAlso: bridge(8), "bridge vlan". Needs a kernel with bridge VLAN filtering.
package struct BridgeVLAN: Hashable, Sendable {
    /// 1...4094, one or many.
    package let ids: ClosedRange<UInt16>
    /// Untagged frames that come in belong to it; one VLAN only.
    package let isPVID: Bool
    /// Frames go out without their tag.
    package let isUntagged: Bool

    /// Nil for ids outside 1...4094, and for a PVID that is more than one VLAN.
    package init?(_ ids: ClosedRange<UInt16>, isPVID: Bool = false, isUntagged: Bool = false) {
        guard ids.lowerBound >= 1, ids.upperBound <= 4094, !isPVID || ids.count == 1 else { return nil }
        self.ids = ids
        self.isPVID = isPVID
        self.isUntagged = isUntagged
    }

    /// A single VLAN; nil outside 1...4094.
    package init?(_ id: UInt16, isPVID: Bool = false, isUntagged: Bool = false) {
        self.init(id...id, isPVID: isPVID, isUntagged: isUntagged)
    }
}

extension BridgeVLAN: CustomStringConvertible {
    package var description: String {
        let range = ids.count == 1 ? "\(ids.lowerBound)" : "\(ids.lowerBound)-\(ids.upperBound)"
        return "vid \(range)" + (isPVID ? " pvid" : "") + (isUntagged ? " untagged" : "")
    }
}

/// `IFLA_BRIDGE_*`, inside `IFLA_AF_SPEC` of an `AF_BRIDGE` request.
package enum BridgeSpecificAttributes: AttributeSpace {}

extension Attribute<LinkAttributes, Nested<BridgeSpecificAttributes>> {
    static var bridgeSpecific: Self { Self(IFLA_AF_SPEC) }
}

extension Attribute<BridgeSpecificAttributes, UInt16> {
    static var flags: Self { Self(IFLA_BRIDGE_FLAGS) }
}

extension Attribute<BridgeSpecificAttributes, bridge_vlan_info> {
    static var vlan: Self { Self(IFLA_BRIDGE_VLAN_INFO) }
}

/// Whose VLANs are meant.
package enum BridgeVLANTarget: Sendable {
    /// A port, by its own index.
    case port
    /// The bridge device itself.
    case bridge

    /// Nil: the kernel's default, which is the master of the link.
    fileprivate var flags: UInt16? { self == .bridge ? UInt16(BRIDGE_FLAGS_SELF) : nil }
    fileprivate var word: String { self == .bridge ? " self" : "" }
}

extension RouteRequests where Self: ~Copyable {
    /// `bridge vlan add dev LINK vid …`, all ranges in one request. VLANs that are there already take the new flags.
    ///
    /// - Throws: `isNotSupported` when this kernel has no bridge VLAN filtering.
    package mutating func addBridgeVLANs(
        _ vlans: [BridgeVLAN], to index: InterfaceIndex, _ target: BridgeVLANTarget = .port
    ) throws(Failure) {
        try submitBridgeVLANs(.setLink, vlans, index, target, "add")
    }

    /// `bridge vlan delete dev LINK vid …`. VLANs that are not there are ignored.
    package mutating func deleteBridgeVLANs(
        _ vlans: [BridgeVLAN], from index: InterfaceIndex, _ target: BridgeVLANTarget = .port
    ) throws(Failure) {
        try submitBridgeVLANs(.deleteLink, vlans, index, target, "delete")
    }

    private mutating func submitBridgeVLANs(
        _ type: MessageType<ifinfomsg, LinkAttributes>, _ vlans: [BridgeVLAN], _ index: InterfaceIndex,
        _ target: BridgeVLANTarget, _ verb: String
    ) throws(Failure) {
        var header = ifinfomsg(index: index)
        header.ifi_family = UInt8(AF_BRIDGE)
        let words = vlans.map(\.description).joined(separator: " ")
        try submit(type, [], header: header, "bridge vlan \(verb) dev index \(index) \(words)\(target.word)") { link in
            link.nest(.bridgeSpecific) { bridge in
                bridge.put(.flags, target.flags)
                for vlan in vlans { vlan.encode(into: &bridge) }
            }
        }
    }
}

extension BridgeVLAN {
    private var flags: Int32 {
        (isPVID ? BRIDGE_VLAN_INFO_PVID : 0) | (isUntagged ? BRIDGE_VLAN_INFO_UNTAGGED : 0)
    }

    /// A range goes as its two ends.
    fileprivate func encode(into bridge: inout AttributeWriter<BridgeSpecificAttributes>) {
        guard ids.count > 1 else {
            return bridge.put(structure: .vlan, bridge_vlan_info(flags: UInt16(flags), vid: ids.lowerBound))
        }
        let begin = UInt16(flags | BRIDGE_VLAN_INFO_RANGE_BEGIN)
        let end = UInt16(flags | BRIDGE_VLAN_INFO_RANGE_END)
        bridge.put(structure: .vlan, bridge_vlan_info(flags: begin, vid: ids.lowerBound))
        bridge.put(structure: .vlan, bridge_vlan_info(flags: end, vid: ids.upperBound))
    }

    /// Decodes `IFLA_AF_SPEC` of an `AF_BRIDGE` link.
    fileprivate static func all(in specific: RawSpan) throws(Malformation) -> [BridgeVLAN] {
        var vlans: [BridgeVLAN] = []
        var begin: UInt16?
        try specific.forEachAttribute { type, value throws(Malformation) in
            guard type == IFLA_BRIDGE_VLAN_INFO else { return }
            guard value.byteCount >= MemoryLayout<bridge_vlan_info>.size else { throw .invalidValue }
            let entry = try value.header(as: bridge_vlan_info.self)
            let flags = Int32(entry.flags)
            if flags & BRIDGE_VLAN_INFO_RANGE_BEGIN != 0 {
                begin = entry.vid
                return
            }
            let first = flags & BRIDGE_VLAN_INFO_RANGE_END != 0 ? begin ?? entry.vid : entry.vid
            guard first <= entry.vid,
                let vlan = BridgeVLAN(
                    first...entry.vid, isPVID: flags & BRIDGE_VLAN_INFO_PVID != 0,
                    isUntagged: flags & BRIDGE_VLAN_INFO_UNTAGGED != 0)
            else { throw .invalidValue }
            vlans.append(vlan)
        }
        return vlans
    }
}

/// The VLANs of one port, or of a bridge itself.
package struct BridgeVLANMembership: Hashable, Sendable {
    package let interface: InterfaceIndex
    /// In order of their ids.
    package let vlans: [BridgeVLAN]

    /// Decodes an `RTM_NEWLINK` payload of family `AF_BRIDGE`.
    init(decoding payload: RawSpan) throws(Malformation) {
        interface = InterfaceIndex(rawValue: try payload.header(as: ifinfomsg.self).ifi_index)
        var vlans: [BridgeVLAN] = []
        try payload.forEachAttribute(after: ifinfomsg.self) { type, value throws(Malformation) in
            if type == IFLA_AF_SPEC { vlans = try BridgeVLAN.all(in: value) }
        }
        self.vlans = vlans
    }
}

extension RouteSocket {
    /// `bridge vlan show`: links without VLANs are left out.
    package mutating func bridgeVLANs() throws(NetlinkError) -> [BridgeVLANMembership] {
        var header = ifinfomsg()
        header.ifi_family = UInt8(AF_BRIDGE)
        return try netlink.dump(.getLink, header: header, "bridge vlan show") { link in
            link.put(.extensionMask, UInt32(RTEXT_FILTER_BRVLAN_COMPRESSED))
        } decode: { payload throws(Malformation) in
            let membership = try BridgeVLANMembership(decoding: payload)
            return membership.vlans.isEmpty ? nil : membership
        }
    }
}
