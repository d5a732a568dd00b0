// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import NetworkTypes
internal import SystemPackage

/// Tells everyone on a link which MAC address an address is at now, so that no cache sends to a former holder.
package enum NeighborAnnouncement {
    /// Sends one announcement for each address: a gratuitous ARP request (RFC 5227 section 3) or an unsolicited neighbour
    /// advertisement (RFC 4861 section 7.2.6).
    ///
    /// - Parameters:
    ///   - interface: Index in `namespace`. It must be up.
    ///   - namespace: Where the interface is; the calling thread goes there and back to open the socket.
    /// - Throws: `ENETDOWN` when the interface is down, `ENXIO` or `ENODEV` when it is not there.
    package static func send(
        _ addresses: [IPAddress], at macAddress: MACAddress, by interface: InterfaceIndex,
        in namespace: borrowing NetworkNamespace
    ) throws(SystemError) {
        guard !addresses.isEmpty else { return }
        let socket = try openSocket(in: namespace)
        for address in addresses {
            let frame = frame(for: address, at: macAddress)
            let raw = socket.rawValue
            try check("announce \(address) at \(macAddress)") {
                unsafe frame.withUnsafeBytes {
                    unsafe Int32(swnet_send_frame(raw, interface.rawValue, $0.baseAddress, $0.count))
                }
            }
        }
    }

    /// The whole Ethernet frame.
    package static func frame(for address: IPAddress, at macAddress: MACAddress) -> [UInt8] {
        switch address {
        case .ipv4(let address): gratuitousARP(address, macAddress)
        case .ipv6(let address): neighborAdvertisement(address, macAddress)
        }
    }

    /// RFC 826, sender and target protocol address the same.
    private static func gratuitousARP(_ address: IPv4Address, _ macAddress: MACAddress) -> [UInt8] {
        let broadcast = [UInt8](repeating: 0xff, count: 6)
        let header: [UInt8] = [0, 1, 0x08, 0, 6, 4, 0, 1]  // Ethernet, IPv4, their lengths, request
        let unknown = [UInt8](repeating: 0, count: 6)
        return broadcast + macAddress.bytes + [0x08, 0x06] + header + macAddress.bytes + address.bytes + unknown
            + address.bytes
    }

    /// RFC 4861 section 4.4, to all nodes, with the override flag and the target's link-layer address.
    private static func neighborAdvertisement(_ address: IPv6Address, _ macAddress: MACAddress) -> [UInt8] {
        let allNodes = IPv6Address(rawValue: 0xff02 << 112 | 1)
        let overrideFlag: UInt8 = 0x20
        var message: [UInt8] = [136, 0, 0, 0, overrideFlag, 0, 0, 0] + address.bytes + [2, 1] + macAddress.bytes
        let length = UInt8(message.count)
        let pseudoHeader = address.bytes + allNodes.bytes + [0, 0, 0, length, 0, 0, 0, 58]
        let checksum = internetChecksum(pseudoHeader + message)
        message[2] = UInt8(checksum >> 8)
        message[3] = UInt8(checksum & 0xff)
        let ethernet: [UInt8] = [0x33, 0x33, 0, 0, 0, 1] + macAddress.bytes + [0x86, 0xdd]
        // Version 6, payload length, ICMPv6, and the hop limit that proves the sender is on the link.
        let header: [UInt8] = [0x60, 0, 0, 0, 0, length, 58, 255] + address.bytes + allNodes.bytes
        return ethernet + header + message
    }

    /// RFC 1071, of an even number of octets.
    private static func internetChecksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        }
        while sum > 0xffff { sum = sum >> 16 + sum & 0xffff }
        return ~UInt16(sum)
    }

    /// Protocol 0: the socket sends and never receives.
    private static func openSocket(in namespace: borrowing NetworkNamespace) throws(SystemError) -> OwnedDescriptor {
        do throws(NamespaceError<SystemError>) {
            return try withNetworkNamespace(namespace) { () throws(SystemError) in
                let type = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue)
                return OwnedDescriptor(adopting: try check("open packet socket") { socket(AF_PACKET, type, 0) })
            }
        } catch {
            switch error {
            case .entering(let error), .body(let error): throw error
            }
        }
    }
}
