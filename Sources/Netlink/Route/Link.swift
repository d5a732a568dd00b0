// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// A network interface as the kernel describes it.
package struct Link: Sendable {
    package private(set) var index: InterfaceIndex
    package private(set) var name: InterfaceName
    package private(set) var flags: LinkFlags
    /// `ARPHRD_*`: 1 for Ethernet, 772 for loopback.
    package private(set) var hardwareType: UInt16
    package private(set) var mtu: UInt32 = 0
    /// Nil when the link layer has no six-octet addresses.
    package private(set) var macAddress: MACAddress?
    /// The bridge, bond or VRF that the link is a port of.
    package private(set) var master: InterfaceIndex?
    /// The link below or across: peer of a veth, parent of a macvlan or VLAN. See ``parentNamespaceID``.
    package private(set) var parent: InterfaceIndex?
    /// Set when ``parent`` is in another network namespace; that namespace's number as seen from here.
    package private(set) var parentNamespaceID: Int32?
    /// Nil for hardware and for the loopback link.
    package private(set) var kind: LinkKind?
    /// The kind of ``master``.
    package private(set) var portKind: LinkKind?
    package private(set) var alias: String?
    package private(set) var operationalState = OperationalState.unknown
    /// How many parties want the link promiscuous; a bridge is one of them.
    package private(set) var promiscuity: UInt32 = 0
    /// Packets.
    package private(set) var transmitQueueLength: UInt32 = 0
    package private(set) var statistics = LinkStatistics()
    /// `IFLA_INFO_DATA`, for the file of the kind to decode.
    private(set) var kindData: [UInt8] = []
    /// `IFLA_INFO_SLAVE_DATA`, for the file of the master's kind to decode.
    private(set) var portData: [UInt8] = []

    package var isUp: Bool { flags.contains(.up) }

    /// Decodes an `RTM_NEWLINK` payload. Unknown attributes come from newer kernels and are skipped.
    init(decoding payload: RawSpan) throws(Malformation) {
        let header = try payload.header(as: ifinfomsg.self)
        var name: InterfaceName?
        try payload.forEachAttribute(after: ifinfomsg.self) { type, value throws(Malformation) in
            if type == IFLA_IFNAME { name = try InterfaceName(attribute: value) }
        }
        guard let name else { throw .invalidValue }
        self.name = name
        index = InterfaceIndex(rawValue: header.ifi_index)
        flags = LinkFlags(rawValue: header.ifi_flags)
        hardwareType = header.ifi_type
        try payload.forEachAttribute(after: ifinfomsg.self) { type, value throws(Malformation) in
            try read(type, value)
        }
    }

    private mutating func read(_ type: Int, _ value: RawSpan) throws(Malformation) {
        switch type {
        case IFLA_MTU: mtu = try value.load(as: UInt32.self)
        case IFLA_ADDRESS: macAddress = try MACAddress(attribute: value)
        case IFLA_MASTER: master = try InterfaceIndex(attribute: value)
        case IFLA_LINK: parent = try InterfaceIndex(attribute: value)
        case IFLA_LINK_NETNSID: parentNamespaceID = try value.load(as: Int32.self)
        case IFLA_IFALIAS: alias = value.text()
        case IFLA_OPERSTATE: operationalState = OperationalState(rawValue: try value.load(as: UInt8.self)) ?? .unknown
        case IFLA_PROMISCUITY: promiscuity = try value.load(as: UInt32.self)
        case IFLA_TXQLEN: transmitQueueLength = try value.load(as: UInt32.self)
        case IFLA_STATS64: statistics = try LinkStatistics(decoding: value)
        case IFLA_LINKINFO:
            try value.forEachAttribute { type, value throws(Malformation) in readInfo(type, value) }
        default: break
        }
    }

    private mutating func readInfo(_ type: Int, _ value: RawSpan) {
        switch type {
        case IFLA_INFO_KIND: kind = LinkKind(rawValue: value.text())
        case IFLA_INFO_DATA: kindData = value.bytes()
        case IFLA_INFO_SLAVE_KIND: portKind = LinkKind(rawValue: value.text())
        case IFLA_INFO_SLAVE_DATA: portData = value.bytes()
        default: break
        }
    }
}

/// Traffic since the link was made. Source: `struct rtnl_link_stats64`.
package struct LinkStatistics: Hashable, Sendable {
    package private(set) var receivedPackets: UInt64 = 0
    package private(set) var transmittedPackets: UInt64 = 0
    package private(set) var receivedBytes: UInt64 = 0
    package private(set) var transmittedBytes: UInt64 = 0
    package private(set) var receiveErrors: UInt64 = 0
    package private(set) var transmitErrors: UInt64 = 0
    package private(set) var receiveDrops: UInt64 = 0
    package private(set) var transmitDrops: UInt64 = 0

    init() {}

    /// The first eight counters have kept their places since the struct was introduced; newer kernels append.
    init(decoding value: RawSpan) throws(Malformation) {
        receivedPackets = try counter(0)
        transmittedPackets = try counter(1)
        receivedBytes = try counter(2)
        transmittedBytes = try counter(3)
        receiveErrors = try counter(4)
        transmitErrors = try counter(5)
        receiveDrops = try counter(6)
        transmitDrops = try counter(7)

        func counter(_ position: Int) throws(Malformation) -> UInt64 {
            guard value.byteCount >= (position + 1) * 8 else { throw .invalidValue }
            return try value.extracting(droppingFirst: position * 8).load(as: UInt64.self)
        }
    }
}
