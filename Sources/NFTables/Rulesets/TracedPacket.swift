// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// The first packet of a connection, or an answer to it, on its way through the hooks of one namespace.
package struct TracedPacket: Hashable, Sendable {
    package struct Interface: Hashable, Sendable {
        package let name: String
        package let index: UInt32

        package init(name: String, index: UInt32) {
            self.name = name
            self.index = index
        }
    }

    package var source: IPAddress
    package var destination: IPAddress
    /// IP protocol number.
    package var protocolNumber: UInt8
    /// Zero for protocols without ports.
    package var sourcePort: UInt16
    package var destinationPort: UInt16
    package var input: Interface?
    package var output: Interface?
    package var mark: UInt32 = 0
    package var state = Statement.ConnectionState.new
    package var isDestinationTranslated = false
    package var isSourceTranslated = false
    /// Whether the connection is past all translation, so that chains for that are met no more.
    package var isSettled = false

    package init(
        from source: IPAddress, to destination: IPAddress, protocolNumber: UInt8, sourcePort: UInt16,
        destinationPort: UInt16
    ) {
        self.source = source
        self.destination = destination
        self.protocolNumber = protocolNumber
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
    }

    package var family: IPFamily { destination.family }
    package var isTCP: Bool { protocolNumber == 6 }
    var hasPorts: Bool { [6, 17, 132].contains(protocolNumber) }
}

extension TracedPacket {
    /// Bytes of a header, as far as they are known here: nil for lengths, checksums and what nobody filters by.
    func header(_ base: UInt32, _ offset: Int, _ length: Int) -> [UInt8]? {
        let header: [UInt8?]
        switch base {
        case NFT_PAYLOAD_NETWORK_HEADER.rawValue: header = networkHeader
        case NFT_PAYLOAD_TRANSPORT_HEADER.rawValue: header = transportHeader
        default: return nil
        }
        guard offset >= 0, length >= 0, offset + length <= header.count else { return nil }
        let bytes = header[offset..<offset + length].compactMap(\.self)
        return bytes.count == length ? bytes : nil
    }

    private var networkHeader: [UInt8?] {
        let addresses = (source.bytes + destination.bytes).map(Optional.some)
        switch family {
        case .ipv4:
            // Version and length, service, total length, identification, "do not fragment", time to live, protocol.
            return [0x45, 0, nil, nil, nil, nil, 0x40, 0, 64, protocolNumber, nil, nil] + addresses
        case .ipv6: return [0x60, 0, 0, 0, nil, nil, protocolNumber, 64] + addresses
        }
    }

    private var transportHeader: [UInt8?] {
        guard hasPorts else {
            // An echo request.
            return [family == .ipv4 ? 8 : 128, 0, nil, nil, nil, nil, nil, nil]
        }
        let ports = [sourcePort, destinationPort].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }.map(Optional.some)
        guard isTCP else { return ports + [nil, nil, nil, nil] }
        // A SYN without data; or the SYN and ACK that answer it.
        let flags: UInt8 = state == .new ? 0x02 : 0x12
        return ports + [UInt8?](repeating: nil, count: 8) + [nil, flags] + [UInt8?](repeating: nil, count: 6)
    }
}
