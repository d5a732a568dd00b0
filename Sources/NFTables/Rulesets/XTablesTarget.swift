// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// A target of iptables that translates.
///
/// - SeeAlso: linux/netfilter/nf_nat.h.
struct XTablesTarget {
    enum Effect {
        case translateDestination(IPAddress?, UInt16?)
        case translateSource(IPAddress)
        case unknown
    }

    let name: String
    let revision: UInt32
    let info: [UInt8]

    /// What it does with a packet.
    var effect: Effect {
        switch name {
        case "DNAT": translation.map { .translateDestination($0.address, $0.port) } ?? .unknown
        case "SNAT": translation?.address.map { .translateSource($0) } ?? .unknown
        default: .unknown
        }
    }

    /// `struct nf_nat_range2`: flags, lowest and highest address, lowest and highest port.
    private var translation: (address: IPAddress?, port: UInt16?)? {
        guard info.count >= 40 else { return nil }
        let flags = info[0]
        // NF_NAT_RANGE_MAP_IPS, NF_NAT_RANGE_PROTO_SPECIFIED.
        let port = flags & 2 != 0 ? UInt16(info[36]) << 8 | UInt16(info[37]) : nil
        guard flags & 1 != 0 else { return (nil, port) }
        let isIPv4 = info[8..<20].allSatisfy { $0 == 0 }
        guard let address = IPAddress(bytes: isIPv4 ? info[4..<8] : info[4..<20]) else { return nil }
        return (address, port)
    }
}
