// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import NetworkTypes

/// `IFLA_*`.
package enum LinkAttributes: AttributeSpace {}

/// `IFLA_INFO_*`.
package enum LinkInfoAttributes: AttributeSpace {}

extension MessageType<ifinfomsg, LinkAttributes> {
    static var newLink: Self { Self(RTM_NEWLINK) }
    static var setLink: Self { Self(RTM_SETLINK) }
    static var deleteLink: Self { Self(RTM_DELLINK) }
    static var getLink: Self { Self(RTM_GETLINK) }
}

extension Attribute<LinkAttributes, InterfaceName> {
    static var name: Self { Self(IFLA_IFNAME) }
}

extension Attribute<LinkAttributes, String> {
    static var alias: Self { Self(IFLA_IFALIAS) }
}

extension Attribute<LinkAttributes, MACAddress> {
    static var address: Self { Self(IFLA_ADDRESS) }
}

extension Attribute<LinkAttributes, UInt32> {
    static var mtu: Self { Self(IFLA_MTU) }
    static var transmitQueueLength: Self { Self(IFLA_TXQLEN) }
    /// Which parts of a reply are wanted: `RTEXT_FILTER_*`.
    static var extensionMask: Self { Self(IFLA_EXT_MASK) }
}

extension Attribute<LinkAttributes, InterfaceIndex> {
    /// Zero: no master.
    static var master: Self { Self(IFLA_MASTER) }
    /// The link below: parent of a macvlan, peer of a veth.
    static var parent: Self { Self(IFLA_LINK) }
}

extension Attribute<LinkAttributes, NamespaceDescriptor> {
    static var namespace: Self { Self(IFLA_NET_NS_FD) }
}

extension Attribute<LinkAttributes, Nested<LinkInfoAttributes>> {
    static var info: Self { Self(IFLA_LINKINFO) }
}

extension Attribute<LinkInfoAttributes, LinkKind> {
    static var kind: Self { Self(IFLA_INFO_KIND) }
    /// The kind of the master, when its options for this port are set.
    static var portKind: Self { Self(IFLA_INFO_SLAVE_KIND) }
}

extension Attribute {
    /// What the kind of a link adds.
    static func data<Inner>() -> Self where Space == LinkInfoAttributes, Payload == Nested<Inner> {
        Self(IFLA_INFO_DATA)
    }

    /// What the kind of the master adds to its ports.
    static func portData<Inner>() -> Self where Space == LinkInfoAttributes, Payload == Nested<Inner> {
        Self(IFLA_INFO_SLAVE_DATA)
    }
}
