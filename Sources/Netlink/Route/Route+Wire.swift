// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import NetworkTypes

/// `RTA_*`.
package enum RouteAttributes: AttributeSpace {}

/// `RTAX_*`.
package enum RouteMetricAttributes: AttributeSpace {}

extension MessageType<rtmsg, RouteAttributes> {
    static var newRoute: Self { Self(RTM_NEWROUTE) }
    static var deleteRoute: Self { Self(RTM_DELROUTE) }
    static var getRoute: Self { Self(RTM_GETROUTE) }
}

extension Attribute<RouteAttributes, IPAddress> {
    static var destination: Self { Self(RTA_DST) }
    static var gateway: Self { Self(RTA_GATEWAY) }
    static var preferredSource: Self { Self(RTA_PREFSRC) }
    /// The source address that a look-up is for.
    static var from: Self { Self(RTA_SRC) }
}

extension Attribute<RouteAttributes, InterfaceIndex> {
    static var outgoing: Self { Self(RTA_OIF) }
    static var incoming: Self { Self(RTA_IIF) }
}

extension Attribute<RouteAttributes, UInt32> {
    static var table: Self { Self(RTA_TABLE) }
    static var priority: Self { Self(RTA_PRIORITY) }
    static var mark: Self { Self(RTA_MARK) }
}

extension Attribute<RouteAttributes, ForeignGateway> {
    static var via: Self { Self(RTA_VIA) }
}

extension Attribute<RouteAttributes, Nested<RouteMetricAttributes>> {
    static var metrics: Self { Self(RTA_METRICS) }
}

extension Attribute<RouteMetricAttributes, UInt32> {
    static var mtu: Self { Self(RTAX_MTU) }
    static var advertisedMSS: Self { Self(RTAX_ADVMSS) }
}

/// `struct rtvia`: a gateway of another family than the route.
struct ForeignGateway: AttributePayload {
    let address: IPAddress

    func withWireBytes(_ body: (RawSpan) -> Void) {
        let family = unsafe withUnsafeBytes(of: UInt16(address.family.netlink)) { unsafe Array($0) }
        let bytes = family + address.bytes
        unsafe bytes.withUnsafeBytes { unsafe body($0.bytes) }
    }
}

extension Route {
    /// The scope that ip-route(8) chooses when none is given; IPv6 has scopes of addresses only.
    private var effectiveScope: RouteScope {
        if let scope { return scope }
        guard destination.family == .ipv4 else { return .universe }
        if type == .local { return .host }
        if type == .broadcast { return .link }
        return type == .unicast && gateway == nil ? .link : .universe
    }

    var header: rtmsg {
        var header = rtmsg()
        header.rtm_family = destination.family.netlink
        header.rtm_dst_len = UInt8(destination.length)
        header.rtm_table = UInt8(exactly: table.rawValue) ?? UInt8(RT_TABLE_UNSPEC.rawValue)
        header.rtm_protocol = origin.rawValue
        header.rtm_scope = effectiveScope.rawValue
        header.rtm_type = type.rawValue
        header.rtm_flags = isOnLink ? UInt32(RTNH_F_ONLINK) : 0
        return header
    }

    func encode(into route: inout AttributeWriter<RouteAttributes>) {
        if !isDefault { route.put(.destination, destination.first) }
        if let gateway, gateway.family == destination.family {
            route.put(.gateway, gateway)
        } else {
            route.put(.via, gateway.map(ForeignGateway.init))
        }
        route.put(.outgoing, interface)
        route.put(.preferredSource, source)
        route.put(.priority, metric)
        route.put(.table, table.rawValue)
        guard mtu != nil || advertisedMSS != nil else { return }
        route.nest(.metrics) { metrics in
            metrics.put(.mtu, mtu)
            metrics.put(.advertisedMSS, advertisedMSS)
        }
    }

    /// Decodes an `RTM_NEWROUTE` payload; nil for families other than IPv4 and IPv6.
    init?(decoding payload: RawSpan) throws(Malformation) {
        let header = try payload.header(as: rtmsg.self)
        guard let family = IPFamily(netlink: header.rtm_family), let everything = family.everything else { return nil }
        self.init(to: everything)
        type = RouteType(rawValue: header.rtm_type)
        scope = RouteScope(rawValue: header.rtm_scope)
        table = RouteTable(rawValue: UInt32(header.rtm_table))
        origin = RouteOrigin(rawValue: header.rtm_protocol)
        isOnLink = header.rtm_flags & UInt32(RTNH_F_ONLINK) != 0
        let length = Int(header.rtm_dst_len)
        try payload.forEachAttribute(after: rtmsg.self) { type, value throws(Malformation) in
            try read(type, value, length)
        }
        guard destination.length == length, destination.family == family else { throw .invalidValue }
    }

    private mutating func read(_ type: Int, _ value: RawSpan, _ length: Int) throws(Malformation) {
        switch rtattr_type_t(UInt32(type)) {
        case RTA_DST:
            guard let prefix = IPPrefix(try IPAddress(attribute: value), length: length) else { throw .invalidValue }
            destination = prefix
        case RTA_GATEWAY: gateway = try IPAddress(attribute: value)
        case RTA_VIA: gateway = try IPAddress(via: value)
        case RTA_OIF: interface = try InterfaceIndex(attribute: value)
        case RTA_PREFSRC: source = try IPAddress(attribute: value)
        case RTA_PRIORITY: metric = try value.load(as: UInt32.self)
        case RTA_TABLE: table = RouteTable(rawValue: try value.load(as: UInt32.self))
        case RTA_METRICS:
            try value.forEachAttribute { type, value throws(Malformation) in
                if type == RTAX_MTU { mtu = try value.load(as: UInt32.self) }
                if type == RTAX_ADVMSS { advertisedMSS = try value.load(as: UInt32.self) }
            }
        case RTA_MULTIPATH: nextHops = try NextHop.all(in: value)
        default: break
        }
    }
}

extension NextHop {
    /// Decodes a sequence of `struct rtnexthop`, each followed by attributes of its own.
    fileprivate static func all(in value: RawSpan) throws(Malformation) -> [NextHop] {
        var hops: [NextHop] = []
        var offset = 0
        while offset < value.byteCount {
            let rest = value.extracting(droppingFirst: offset)
            let header = try rest.header(as: rtnexthop.self)
            let length = Int(header.rtnh_len)
            guard length >= MemoryLayout<rtnexthop>.size, length <= rest.byteCount else { throw .truncatedAttribute }
            var gateway: IPAddress?
            try rest.extracting(first: length).forEachAttribute(after: rtnexthop.self) {
                type, value throws(Malformation) in
                switch rtattr_type_t(UInt32(type)) {
                case RTA_GATEWAY: gateway = try IPAddress(attribute: value)
                case RTA_VIA: gateway = try IPAddress(via: value)
                default: break
                }
            }
            let interface = InterfaceIndex(rawValue: header.rtnh_ifindex)
            hops.append(NextHop(gateway: gateway, interface: interface, weight: Int(header.rtnh_hops) + 1))
            offset += (length + 3) & ~3
        }
        return hops
    }
}

extension IPAddress {
    /// `struct rtvia`: two octets of family, then the address.
    fileprivate init(via value: RawSpan) throws(Malformation) {
        guard value.byteCount > 2 else { throw .invalidValue }
        self = try IPAddress(attribute: value.extracting(droppingFirst: 2))
    }
}
