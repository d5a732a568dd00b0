// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// A route: to be added, or as the kernel describes it.
///
/// - SeeAlso: ip-route(8).
package struct Route: Hashable, Sendable {
    package var destination: IPPrefix
    /// Of either family: an IPv4 route may go by an IPv6 neighbour.
    package var gateway: IPAddress?
    package var interface: InterfaceIndex?
    /// The source address of packets that the host itself sends (`src`).
    package var source: IPAddress?
    package var type: RouteType
    /// Nil when added: what goes with the type and the gateway, as ip-route(8) chooses.
    package var scope: RouteScope?
    package var table: RouteTable
    /// Smaller is preferred. Nil: 0 for IPv4, 1024 for IPv6.
    package var metric: UInt32?
    package var origin: RouteOrigin
    /// Bytes.
    package var mtu: UInt32?
    /// The largest TCP segment offered to peers, in bytes.
    package var advertisedMSS: UInt32?
    /// The gateway is on the link although no route says so.
    package var isOnLink: Bool
    /// The ways of a multipath route, which has neither ``gateway`` nor ``interface``. Read only.
    package internal(set) var nextHops: [NextHop] = []

    package init(
        to destination: IPPrefix, via gateway: IPAddress? = nil, interface: InterfaceIndex? = nil,
        source: IPAddress? = nil, type: RouteType = .unicast, scope: RouteScope? = nil, table: RouteTable = .main,
        metric: UInt32? = nil, origin: RouteOrigin = .boot, mtu: UInt32? = nil, advertisedMSS: UInt32? = nil,
        isOnLink: Bool = false
    ) {
        self.destination = destination
        self.gateway = gateway
        self.interface = interface
        self.source = source
        self.type = type
        self.scope = scope
        self.table = table
        self.metric = metric
        self.origin = origin
        self.mtu = mtu
        self.advertisedMSS = advertisedMSS
        self.isOnLink = isOnLink
    }

    /// True for the route to everything.
    package var isDefault: Bool { destination.length == 0 }
}

extension Route: CustomStringConvertible {
    /// As ip-route(8) would be told.
    package var description: String {
        var words = type == .unicast ? [] : ["\(type)"]
        words.append(isDefault ? "default" : "\(destination)")
        if let gateway { words.append("via \(gateway)") }
        if let interface { words.append("dev index \(interface)") }
        if let source { words.append("src \(source)") }
        if table != .main { words.append("table \(table)") }
        if let metric { words.append("metric \(metric)") }
        return words.joined(separator: " ")
    }
}

/// One way of a multipath route.
package struct NextHop: Hashable, Sendable {
    package let gateway: IPAddress?
    package let interface: InterfaceIndex
    /// 1...256.
    package let weight: Int
}

/// What happens to a packet that a route matches: `RTN_*`.
package struct RouteType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static var unicast: Self { Self(rawValue: UInt8(RTN_UNICAST)) }
    /// Delivered to this host.
    package static var local: Self { Self(rawValue: UInt8(RTN_LOCAL)) }
    package static var broadcast: Self { Self(rawValue: UInt8(RTN_BROADCAST)) }
    package static var blackhole: Self { Self(rawValue: UInt8(RTN_BLACKHOLE)) }
    package static var unreachable: Self { Self(rawValue: UInt8(RTN_UNREACHABLE)) }
    package static var prohibit: Self { Self(rawValue: UInt8(RTN_PROHIBIT)) }
}

extension RouteType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unicast: "unicast"
        case .local: "local"
        case .broadcast: "broadcast"
        case .blackhole: "blackhole"
        case .unreachable: "unreachable"
        case .prohibit: "prohibit"
        default: "type \(rawValue)"
        }
    }
}

/// How far away a destination or an address counts: `RT_SCOPE_*`.
package struct RouteScope: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `global`.
    package static var universe: Self { Self(rawValue: UInt8(RT_SCOPE_UNIVERSE.rawValue)) }
    package static var site: Self { Self(rawValue: UInt8(RT_SCOPE_SITE.rawValue)) }
    /// On the link itself.
    package static var link: Self { Self(rawValue: UInt8(RT_SCOPE_LINK.rawValue)) }
    /// On this host.
    package static var host: Self { Self(rawValue: UInt8(RT_SCOPE_HOST.rawValue)) }
}

/// A routing table's number.
package struct RouteTable: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static var main: Self { Self(rawValue: RT_TABLE_MAIN.rawValue) }
    /// Addresses of this host, kept by the kernel.
    package static var local: Self { Self(rawValue: RT_TABLE_LOCAL.rawValue) }
}

extension RouteTable: CustomStringConvertible {
    package var description: String {
        switch self {
        case .main: "main"
        case .local: "local"
        default: "\(rawValue)"
        }
    }
}

/// Who made a route: `RTPROT_*`.
package struct RouteOrigin: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static var kernel: Self { Self(rawValue: UInt8(RTPROT_KERNEL)) }
    /// What ip-route(8) uses unless told.
    package static var boot: Self { Self(rawValue: UInt8(RTPROT_BOOT)) }
    package static var `static`: Self { Self(rawValue: UInt8(RTPROT_STATIC)) }
    /// IPv6 router advertisements.
    package static var routerAdvertisement: Self { Self(rawValue: UInt8(RTPROT_RA)) }
}
