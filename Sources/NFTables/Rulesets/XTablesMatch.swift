// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// A match of iptables, which iptables-nft hands to the kernel as the structure it always was.
///
/// - SeeAlso: linux/netfilter/xt_*.h.
struct XTablesMatch {
    let name: String
    let revision: UInt32
    let info: [UInt8]

    /// Nil when that cannot be told.
    func matches(_ packet: TracedPacket, asking context: inout some RulesetContext & ~Copyable) -> Match {
        answer(packet, asking: &context).map { Match($0) } ?? .unknown
    }

    private func answer(_ packet: TracedPacket, asking context: inout some RulesetContext & ~Copyable) -> Bool? {
        switch name {
        case "comment": true
        case "tcp", "udp": ports(packet)
        case "conntrack": state(packet)
        case "state": info.count < 4 ? nil : isIn(number(0), packet.state)
        case "addrtype": addressTypes(packet, asking: &context)
        default: nil
        }
    }

    /// `struct xt_tcp` and `struct xt_udp` begin alike: lowest and highest source port, lowest and highest destination
    /// port.
    private func ports(_ packet: TracedPacket) -> Bool? {
        guard info.count >= 12, packet.isTCP == (name == "tcp"), packet.isTCP || packet.protocolNumber == 17 else {
            return info.count >= 12 ? false : nil
        }
        // Behind them tcp has option, flag mask, flag values; then both have what is inverted.
        let inverted = packet.isTCP ? info[11] : info[8]
        let isSource = (short(0)...max(short(0), short(2))).contains(packet.sourcePort) != (inverted & 1 != 0)
        let isDestination = (short(4)...max(short(4), short(6))).contains(packet.destinationPort) != (inverted & 2 != 0)
        guard packet.isTCP else { return isSource && isDestination }
        let flags: UInt8 = packet.state == .new ? 0x02 : 0x12
        let hasFlags = (flags & info[9] == info[10]) != (inverted & 4 != 0)
        return info[8] == 0 ? isSource && isDestination && hasFlags : nil
    }

    /// `struct xt_conntrack_mtinfo3`: behind eight addresses of 16 bytes and the ports, `match_flags`, `invert_flags`,
    /// `state_mask`.
    private func state(_ packet: TracedPacket) -> Bool? {
        guard (2...3).contains(revision), info.count >= 156 else { return nil }
        let (flags, inverted) = (short(146), short(148))
        // XT_CONNTRACK_STATE alone, perhaps written as `-m state`.
        guard flags & ~(1 << 13) == 1 else { return nil }
        return isIn(UInt32(short(150)), packet.state, packet) != (inverted & 1 != 0)
    }

    /// `XT_CONNTRACK_STATE_BIT()`, with the bits for translated addresses behind the states.
    private func isIn(_ mask: UInt32, _ state: Statement.ConnectionState, _ packet: TracedPacket? = nil) -> Bool {
        if mask & state.rawValue != 0 { return true }
        guard let packet else { return false }
        return mask & 0x40 != 0 && packet.isSourceTranslated || mask & 0x80 != 0 && packet.isDestinationTranslated
    }

    /// `struct xt_addrtype_info_v1`: masks of `RTN_*` for source and destination, and flags.
    private func addressTypes(
        _ packet: TracedPacket, asking context: inout some RulesetContext & ~Copyable
    ) -> Bool? {
        guard revision == 1, info.count >= 8 else { return nil }
        let flags = number(4)
        // Limited to one interface: not looked into.
        guard flags & 0xc == 0 else { return nil }
        for (mask, address, inversion) in [(short(0), packet.source, 1 as UInt32), (short(2), packet.destination, 2)] {
            guard mask != 0 else { continue }
            guard let type = context.addressType(address), type < 16 else { return nil }
            if (mask & (1 << type) != 0) == (flags & inversion != 0) { return false }
        }
        return true
    }

    /// In the host's byte order, which is little-endian wherever this runs.
    private func short(_ offset: Int) -> UInt16 { UInt16(info[offset]) | UInt16(info[offset + 1]) << 8 }
    private func number(_ offset: Int) -> UInt32 { UInt32(short(offset)) | UInt32(short(offset + 2)) << 16 }
}
