// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// The first packet of an imagined connection, at one hook of this host.
package struct Packet: Hashable, Sendable {
    /// An interface, by both of its names.
    package struct Interface: Hashable, Sendable {
        package let name: InterfaceName
        package let index: InterfaceIndex

        package init(_ name: InterfaceName, _ index: InterfaceIndex) {
            self.name = name
            self.index = index
        }
    }

    package var input: Interface?
    /// Nil for a packet that is delivered to this host.
    package var output: Interface?
    package var source: IPAddress
    package var destination: IPAddress
    package var transport: L4Protocol
    package var port: Port
    /// Whether the destination was translated on the way here.
    package var isTranslated = false

    package init(
        from source: IPAddress, to destination: IPAddress, _ transport: L4Protocol, _ port: Port, input: Interface?,
        output: Interface? = nil
    ) {
        self.source = source
        self.destination = destination
        self.transport = transport
        self.port = port
        self.input = input
        self.output = output
    }

    package var family: IPFamily { destination.family }
}

extension Packet {
    /// What an expression loads; nil when it cannot be known beforehand.
    func value(of field: RuleExpression.Field) -> [UInt8]? {
        switch field {
        case .meta(let key): meta(key)
        case .payload(let base, let offset, let length): header(base, offset, length)
        case .connection(let key): connection(key)
        case .route(let result, let flags): route(result, flags)
        }
    }

    /// Nobody marks what containers send, as far as anybody knows.
    private func meta(_ key: UInt32) -> [UInt8]? {
        switch key {
        case NFT_META_PROTOCOL.rawValue: family == .ipv4 ? [0x08, 0x00] : [0x86, 0xdd]
        case NFT_META_MARK.rawValue, NFT_META_IIFGROUP.rawValue, NFT_META_OIFGROUP.rawValue: [0, 0, 0, 0]
        case NFT_META_SECPATH.rawValue, NFT_META_PKTTYPE.rawValue: [0]
        case NFT_META_IIF.rawValue: hostBytes(input?.index)
        case NFT_META_OIF.rawValue: hostBytes(output?.index)
        case NFT_META_IIFNAME.rawValue: input?.name.datumBytes ?? [UInt8](repeating: 0, count: 16)
        case NFT_META_OIFNAME.rawValue: output?.name.datumBytes ?? [UInt8](repeating: 0, count: 16)
        case NFT_META_NFPROTO.rawValue: [family == .ipv4 ? 2 : 10]
        case NFT_META_L4PROTO.rawValue: [transport.number]
        default: nil
        }
    }

    private func hostBytes(_ index: InterfaceIndex?) -> [UInt8] {
        Mark(UInt32(bitPattern: index?.rawValue ?? 0)).datumBytes
    }

    private func header(_ base: UInt32, _ offset: Int, _ length: Int) -> [UInt8]? {
        let header: [UInt8?]
        switch base {
        case NFT_PAYLOAD_NETWORK_HEADER.rawValue: header = networkHeader
        case NFT_PAYLOAD_TRANSPORT_HEADER.rawValue: header = transportHeader
        default: return nil
        }
        guard offset + length <= header.count else { return nil }
        let bytes = header[offset..<offset + length]
        return bytes.contains(nil) ? nil : bytes.compactMap(\.self)
    }

    private var networkHeader: [UInt8?] {
        let size = family == .ipv4 ? 20 : 40
        var header = [UInt8?](repeating: nil, count: size)
        header[family == .ipv4 ? 9 : 6] = transport.number
        let addresses = source.bytes + destination.bytes
        header.replaceSubrange(size - addresses.count..<size, with: addresses)
        return header
    }

    /// The source port is any, the segment of TCP one that opens a connection.
    private var transportHeader: [UInt8?] {
        var header = [UInt8?](repeating: nil, count: 20)
        header.replaceSubrange(2..<4, with: port.datumBytes)
        if transport == .tcp { header[13] = 0x02 }
        return header
    }

    private func connection(_ key: UInt32) -> [UInt8]? {
        switch key {
        case NFT_CT_STATE.rawValue: Mark(Statement.ConnectionState.new.rawValue).datumBytes
        case NFT_CT_STATUS.rawValue: Mark(isTranslated ? 1 << 5 : 0).datumBytes
        case NFT_CT_MARK.rawValue: [0, 0, 0, 0]
        case NFT_CT_DIRECTION.rawValue: [0]
        default: nil
        }
    }

    private func route(_ result: UInt32, _ flags: UInt32) -> [UInt8]? {
        switch result {
        case NFT_FIB_RESULT_ADDRTYPE.rawValue:
            let isOwn = output == nil && flags & NFTA_FIB_F_DADDR.rawValue != 0
            return Mark(UInt32(isOwn ? RTN_LOCAL : RTN_UNICAST)).datumBytes
        // `fib saddr . iif oif exists`: whether there is a way back.
        case NFT_FIB_RESULT_OIF.rawValue where flags & NFTA_FIB_F_PRESENT.rawValue != 0: return [1]
        default: return nil
        }
    }
}
