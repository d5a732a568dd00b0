// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// `IFLA_BR_*`.
package enum BridgeAttributes: AttributeSpace {}

extension Attribute<BridgeAttributes, Bool> {
    static var vlanFiltering: Self { Self(IFLA_BR_VLAN_FILTERING) }
    static var multicastSnooping: Self { Self(IFLA_BR_MCAST_SNOOPING) }
}

extension Attribute<BridgeAttributes, UInt16> {
    static var vlanDefaultPVID: Self { Self(IFLA_BR_VLAN_DEFAULT_PVID) }
}

extension Attribute<BridgeAttributes, UInt32> {
    static var spanningTree: Self { Self(IFLA_BR_STP_STATE) }
    static var forwardDelay: Self { Self(IFLA_BR_FORWARD_DELAY) }
    static var ageingTime: Self { Self(IFLA_BR_AGEING_TIME) }
}

extension LinkKind {
    package static var bridge: Self { Self(rawValue: "bridge") }
}

/// A bridge's own options. What is nil is left as it is, or to the kernel when the bridge is made.
///
/// - SeeAlso: ip-link(8), "BRIDGE Type Support".
package struct BridgeOptions: Hashable, Sendable {
    /// Needs a kernel with bridge VLAN filtering.
    package var vlanFiltering: Bool?
    /// The VLAN of untagged frames: 0 (none) or 1...4094.
    package var vlanDefaultPVID: UInt16?
    package var multicastSnooping: Bool?

    package init(
        vlanFiltering: Bool? = nil, vlanDefaultPVID: UInt16? = nil, multicastSnooping: Bool? = nil
    ) {
        self.vlanFiltering = vlanFiltering
        self.vlanDefaultPVID = vlanDefaultPVID
        self.multicastSnooping = multicastSnooping
    }
}

extension BridgeOptions: LinkOptions {
    package static var kind: LinkKind { .bridge }

    package func encode(into data: inout AttributeWriter<BridgeAttributes>) {
        data.put(.vlanFiltering, vlanFiltering)
        data.put(.vlanDefaultPVID, vlanDefaultPVID)
        data.put(.multicastSnooping, multicastSnooping)
    }

    /// As ip-link(8) spells them.
    package var description: String {
        let words = [
            vlanFiltering.map { "vlan_filtering \($0 ? 1 : 0)" },
            vlanDefaultPVID.map { "vlan_default_pvid \($0)" },
            multicastSnooping.map { "mcast_snooping \($0 ? 1 : 0)" },
        ]
        return words.compactMap { $0 }.joined(separator: " ")
    }
}

extension Link {
    /// The options of a bridge; nil for any other kind of link.
    package var bridge: BridgeOptions? {
        guard kind == .bridge else { return nil }
        var options = BridgeOptions()
        do throws(Malformation) {
            try unsafe kindData.span.bytes.forEachAttribute { type, value throws(Malformation) in
                switch type {
                case IFLA_BR_VLAN_FILTERING: options.vlanFiltering = try value.loadFlag()
                case IFLA_BR_VLAN_DEFAULT_PVID: options.vlanDefaultPVID = try value.load(as: UInt16.self)
                case IFLA_BR_MCAST_SNOOPING: options.multicastSnooping = try value.loadFlag()
                default: break
                }
            }
        } catch { return nil }
        return options
    }
}

extension RouteRequests where Self: ~Copyable {
    /// `ip link set BRIDGE type bridge OPTIONS`.
    package mutating func setBridge(_ index: InterfaceIndex, _ options: BridgeOptions) throws(Failure) {
        try submit(
            .newLink, [], header: ifinfomsg(index: index), "link set index \(index) type bridge \(options)"
        ) { link in
            link.nest(.info) { info in
                info.put(.kind, .bridge)
                info.nest(.data()) { data in options.encode(into: &data) }
            }
        }
    }
}
