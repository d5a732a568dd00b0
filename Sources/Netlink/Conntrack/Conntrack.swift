// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// A tracked connection, by its first packet.
package struct Conntrack: Hashable, Sendable {
    package private(set) var source: IPAddress
    package private(set) var destination: IPAddress
    package private(set) var protocolNumber: UInt8
    /// Nil for protocols without ports.
    package private(set) var sourcePort: UInt16?
    package private(set) var destinationPort: UInt16?
    /// Who answers: the destination after its translation.
    package private(set) var answerer: IPAddress?
    /// `CTA_TUPLE_ORIG` and `CTA_ID` as they came, which name exactly this connection.
    private var tuple: [UInt8] = []
    private var id: [UInt8]?
    private var zone: [UInt8]?

    /// Decodes an `IPCTNL_MSG_CT_NEW` payload.
    init(decoding payload: RawSpan) throws(Malformation) {
        var original: Tuple?
        var reply: Tuple?
        var tuple: [UInt8] = []
        var id: [UInt8]?
        var zone: [UInt8]?
        try payload.forEachAttribute(after: nfgenmsg.self) { type, value throws(Malformation) in
            switch UInt32(type) {
            case CTA_TUPLE_ORIG.rawValue:
                tuple = value.bytes()
                original = try Tuple(decoding: value)
            case CTA_TUPLE_REPLY.rawValue: reply = try Tuple(decoding: value)
            case CTA_ID.rawValue: id = value.bytes()
            case CTA_ZONE.rawValue: zone = value.bytes()
            default: break
            }
        }
        guard let original, let source = original.source, let destination = original.destination else {
            throw .invalidValue
        }
        self.source = source
        self.destination = destination
        protocolNumber = original.protocolNumber
        sourcePort = original.sourcePort
        destinationPort = original.destinationPort
        answerer = reply?.source
        self.tuple = tuple
        self.id = id
        self.zone = zone
    }

    func encode(into attributes: inout AttributeWriter<ConntrackAttributes>) {
        attributes.put(.rawOriginal, OpaquePayload(bytes: tuple))
        attributes.put(.rawZone, zone.map(OpaquePayload.init))
        attributes.put(.rawID, id.map(OpaquePayload.init))
    }
}

/// `CTA_TUPLE_ORIG` or `CTA_TUPLE_REPLY`.
private struct Tuple {
    var source: IPAddress?
    var destination: IPAddress?
    var protocolNumber: UInt8 = 0
    var sourcePort: UInt16?
    var destinationPort: UInt16?

    init(decoding tuple: RawSpan) throws(Malformation) {
        try tuple.forEachAttribute { type, value throws(Malformation) in
            switch UInt32(type) {
            case CTA_TUPLE_IP.rawValue: try readAddresses(value)
            case CTA_TUPLE_PROTO.rawValue: try readProtocol(value)
            default: break
            }
        }
    }

    private mutating func readAddresses(_ addresses: RawSpan) throws(Malformation) {
        try addresses.forEachAttribute { type, value throws(Malformation) in
            switch UInt32(type) {
            case CTA_IP_V4_SRC.rawValue, CTA_IP_V6_SRC.rawValue: source = try IPAddress(attribute: value)
            case CTA_IP_V4_DST.rawValue, CTA_IP_V6_DST.rawValue: destination = try IPAddress(attribute: value)
            default: break
            }
        }
    }

    private mutating func readProtocol(_ details: RawSpan) throws(Malformation) {
        try details.forEachAttribute { type, value throws(Malformation) in
            switch UInt32(type) {
            case CTA_PROTO_NUM.rawValue: protocolNumber = try value.load(as: UInt8.self)
            case CTA_PROTO_SRC_PORT.rawValue: sourcePort = try value.loadBigEndian(as: UInt16.self)
            case CTA_PROTO_DST_PORT.rawValue: destinationPort = try value.loadBigEndian(as: UInt16.self)
            default: break
            }
        }
    }
}

/// Bytes that go back to the kernel as they came.
struct OpaquePayload: AttributePayload {
    let bytes: [UInt8]

    func withWireBytes(_ body: (RawSpan) -> Void) { unsafe bytes.withUnsafeBytes { unsafe body($0.bytes) } }
}
