// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import NetworkTypes

/// Connections of one family and protocol that were made to one port.
struct ConntrackFilter {
    let `protocol`: L4Protocol
    let port: Port
    let family: IPFamily

    init(_ protocol: L4Protocol, _ port: Port, _ family: IPFamily) {
        self.protocol = `protocol`
        self.port = port
        self.family = family
    }

    var header: nfgenmsg { nfgenmsg(nfgen_family: family.netlink, version: 0, res_id: 0) }

    func encode(into attributes: inout AttributeWriter<ConntrackAttributes>) {
        attributes.nest(.original) { tuple in
            tuple.nest(.protocol) { details in
                details.put(.number, `protocol`.number)
                details.put(.destinationPort, NetworkOrder(port.rawValue))
            }
        }
        attributes.nest(.filter) { $0.put(.originalFlags, Self.protocolNumberFlag | Self.destinationPortFlag) }
    }

    func matches(_ connection: Conntrack) -> Bool {
        connection.destination.family == family && connection.protocolNumber == `protocol`.number
            && connection.destinationPort == port.rawValue
    }

    /// As typed at a shell.
    func command(_ verb: String) -> String {
        "conntrack \(verb) -f \(family.rawValue) -p \(`protocol`.rawValue) --orig-port-dst \(port)"
    }

    /// `CTA_FILTER_F_CTA_PROTO_NUM` and `CTA_FILTER_F_CTA_PROTO_DST_PORT`: part of the kernel's interface, yet in no header
    /// of it. Source: net/netfilter/nf_conntrack_netlink.c.
    private static let protocolNumberFlag: UInt32 = 1 << 3
    private static let destinationPortFlag: UInt32 = 1 << 5
}

/// `CTA_*`.
package enum ConntrackAttributes: AttributeSpace {}

/// `CTA_TUPLE_*`.
enum ConntrackTupleAttributes: AttributeSpace {}

/// `CTA_PROTO_*`.
enum ConntrackProtocolAttributes: AttributeSpace {}

/// `CTA_FILTER_*`.
enum ConntrackFilterAttributes: AttributeSpace {}

extension MessageType<nfgenmsg, ConntrackAttributes> {
    private init(_ message: cntl_msg_types) { self.init(Int(NFNL_SUBSYS_CTNETLINK) << 8 | Int(message.rawValue)) }

    static var getConntrack: Self { Self(IPCTNL_MSG_CT_GET) }
    static var deleteConntrack: Self { Self(IPCTNL_MSG_CT_DELETE) }
}

extension Attribute<ConntrackAttributes, Nested<ConntrackTupleAttributes>> {
    static var original: Self { Self(CTA_TUPLE_ORIG) }
}

extension Attribute<ConntrackAttributes, OpaquePayload> {
    static var rawOriginal: Self { Self(Int(CTA_TUPLE_ORIG.rawValue) | Int(NLA_F_NESTED)) }
    static var rawZone: Self { Self(CTA_ZONE) }
    static var rawID: Self { Self(CTA_ID) }
}

extension Attribute<ConntrackAttributes, Nested<ConntrackFilterAttributes>> {
    static var filter: Self { Self(CTA_FILTER) }
}

extension Attribute<ConntrackFilterAttributes, UInt32> {
    static var originalFlags: Self { Self(CTA_FILTER_ORIG_FLAGS) }
}

extension Attribute<ConntrackTupleAttributes, Nested<ConntrackProtocolAttributes>> {
    static var `protocol`: Self { Self(CTA_TUPLE_PROTO) }
}

extension Attribute<ConntrackProtocolAttributes, UInt8> {
    static var number: Self { Self(CTA_PROTO_NUM) }
}

extension Attribute<ConntrackProtocolAttributes, NetworkOrder<UInt16>> {
    static var destinationPort: Self { Self(CTA_PROTO_DST_PORT) }
}
