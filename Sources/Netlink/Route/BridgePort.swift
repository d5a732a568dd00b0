// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// How a bridge treats one of its ports. What is nil is left as it is.
///
/// - SeeAlso: ip-link(8), "Bridge Slave Support".
package struct BridgePort: Hashable, Sendable {
    /// Frames may leave by the port they came in by.
    package var hairpin: Bool?
    /// Frames go to ports that are not isolated only.
    package var isolated: Bool?
    /// The bridge remembers which addresses are behind the port.
    package var learning: Bool?
    /// Frames to unknown addresses go out here too.
    package var unicastFlood: Bool?
    /// Multicast nobody here asked for goes out here too.
    package var multicastFlood: Bool?
    package var broadcastFlood: Bool?
    /// The bridge answers neighbour solicitations for what is behind the port.
    package var neighborSuppression: Bool?

    package init(
        hairpin: Bool? = nil, isolated: Bool? = nil, learning: Bool? = nil, unicastFlood: Bool? = nil,
        multicastFlood: Bool? = nil, broadcastFlood: Bool? = nil, neighborSuppression: Bool? = nil
    ) {
        self.hairpin = hairpin
        self.isolated = isolated
        self.learning = learning
        self.unicastFlood = unicastFlood
        self.multicastFlood = multicastFlood
        self.broadcastFlood = broadcastFlood
        self.neighborSuppression = neighborSuppression
    }
}

extension BridgePort: CustomStringConvertible {
    /// As ip-link(8) spells them.
    package var description: String {
        let words: [(String, Bool?)] = [
            ("hairpin", hairpin), ("isolated", isolated), ("learning", learning), ("flood", unicastFlood),
            ("mcast_flood", multicastFlood), ("bcast_flood", broadcastFlood), ("neigh_suppress", neighborSuppression),
        ]
        return words.compactMap { word, value in value.map { "\(word) \($0 ? "on" : "off")" } }.joined(separator: " ")
    }
}

/// `IFLA_BRPORT_*`.
package enum BridgePortAttributes: AttributeSpace {}

extension Attribute<BridgePortAttributes, Bool> {
    static var hairpin: Self { Self(IFLA_BRPORT_MODE) }
    static var isolated: Self { Self(IFLA_BRPORT_ISOLATED) }
    static var learning: Self { Self(IFLA_BRPORT_LEARNING) }
    static var unicastFlood: Self { Self(IFLA_BRPORT_UNICAST_FLOOD) }
    static var multicastFlood: Self { Self(IFLA_BRPORT_MCAST_FLOOD) }
    static var broadcastFlood: Self { Self(IFLA_BRPORT_BCAST_FLOOD) }
    static var neighborSuppression: Self { Self(IFLA_BRPORT_NEIGH_SUPPRESS) }
}

extension BridgePort {
    fileprivate func encode(into port: inout AttributeWriter<BridgePortAttributes>) {
        port.put(.hairpin, hairpin)
        port.put(.isolated, isolated)
        port.put(.learning, learning)
        port.put(.unicastFlood, unicastFlood)
        port.put(.multicastFlood, multicastFlood)
        port.put(.broadcastFlood, broadcastFlood)
        port.put(.neighborSuppression, neighborSuppression)
    }

    /// Decodes `IFLA_INFO_SLAVE_DATA`.
    fileprivate init(decoding data: RawSpan) throws(Malformation) {
        self.init()
        try data.forEachAttribute { type, value throws(Malformation) in
            switch type {
            case IFLA_BRPORT_MODE: hairpin = try value.loadFlag()
            case IFLA_BRPORT_ISOLATED: isolated = try value.loadFlag()
            case IFLA_BRPORT_LEARNING: learning = try value.loadFlag()
            case IFLA_BRPORT_UNICAST_FLOOD: unicastFlood = try value.loadFlag()
            case IFLA_BRPORT_MCAST_FLOOD: multicastFlood = try value.loadFlag()
            case IFLA_BRPORT_BCAST_FLOOD: broadcastFlood = try value.loadFlag()
            case IFLA_BRPORT_NEIGH_SUPPRESS: neighborSuppression = try value.loadFlag()
            default: break
            }
        }
    }
}

extension Link {
    /// How its bridge treats the link; nil for a link that is no port of a bridge.
    package var bridgePort: BridgePort? {
        guard portKind == .bridge else { return nil }
        do throws(Malformation) { return try unsafe BridgePort(decoding: portData.span.bytes) } catch { return nil }
    }
}

extension RouteRequests where Self: ~Copyable {
    /// `ip link set PORT type bridge_slave OPTIONS`, all in one request.
    ///
    /// `IFLA_INFO_SLAVE_DATA` rather than `IFLA_PROTINFO` of family `AF_BRIDGE`: the kernel does the same with it, and
    /// every reply about a link carries it, so that looking needs no dump of all ports.
    ///
    /// - Throws: `isNotFound` when there is no such link; `EINVAL` when the link is no port of a bridge.
    package mutating func setBridgePort(_ index: InterfaceIndex, _ options: BridgePort) throws(Failure) {
        let operation = "link set index \(index) type bridge_slave \(options)"
        try submit(.newLink, [], header: ifinfomsg(index: index), operation) { link in
            link.nest(.info) { info in
                info.put(.portKind, .bridge)
                info.nest(.portData()) { port in options.encode(into: &port) }
            }
        }
    }
}
