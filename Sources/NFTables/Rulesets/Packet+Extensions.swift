// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// Matches of iptables that have no form of their own in nftables.
///
/// - SeeAlso: iptables-extensions(8); the structures of linux/netfilter/xt_*.h, whose numbers are in host byte order.
extension Packet {
    func matches(_ name: String, revision: UInt32, _ content: [UInt8]) -> Match {
        switch name {
        case "comment": .yes
        case "conntrack": matchesConnection(content)
        case "tcp", "udp": matchesPorts(name, content)
        case "addrtype": revision == 1 ? matchesAddressType(content) : .unknown
        default: .unknown
        }
    }

    /// `XT_CONNTRACK_STATE_BIT(IP_CT_NEW)`.
    private static let newState: UInt32 = 1 << 3
    /// `XT_CONNTRACK_STATE_ALIAS`: it was written as `-m state`.
    private static let stateAlias: UInt16 = 1 << 13
    /// `XT_CONNTRACK_STATE_DNAT`.
    private static let translatedState: UInt32 = 1 << 7

    /// `struct xt_conntrack_mtinfo3`: what is asked for, what of it is negated, states.
    private func matchesConnection(_ content: [UInt8]) -> Match {
        guard let asked = content.hostNumber(at: 146, UInt16.self),
            let negated = content.hostNumber(at: 148, UInt16.self),
            let states = content.hostNumber(at: 150, UInt16.self), asked & ~Self.stateAlias == 1
        else { return .unknown }
        let own = Self.newState | (isTranslated ? Self.translatedState : 0)
        return Match((UInt32(states) & own != 0) != (negated & 1 == 1))
    }

    /// `struct xt_tcp`, `struct xt_udp`: ranges of source and destination ports; then for TCP an option and flags.
    private func matchesPorts(_ name: String, _ content: [UInt8]) -> Match {
        guard let firstSource = content.hostNumber(at: 0, UInt16.self),
            let lastSource = content.hostNumber(at: 2, UInt16.self),
            let first = content.hostNumber(at: 4, UInt16.self), let last = content.hostNumber(at: 6, UInt16.self)
        else { return .unknown }
        guard name == transport.rawValue else { return .no }
        let inversions = content.hostNumber(at: name == "tcp" ? 11 : 8, UInt8.self) ?? 0
        let isInside = (first <= port.rawValue && port.rawValue <= last) != (inversions & 2 != 0)
        guard isInside else { return .no }
        if name == "tcp", content.count > 11, content[8...10] != [0, 0, 0] { return .unknown }
        return firstSource == 0 && lastSource == .max ? .yes : .unknown
    }

    /// `struct xt_addrtype_info_v1`: types of the source, of the destination, flags.
    private func matchesAddressType(_ content: [UInt8]) -> Match {
        guard let sources = content.hostNumber(at: 0, UInt16.self),
            let destinations = content.hostNumber(at: 2, UInt16.self),
            let flags = content.hostNumber(at: 4, UInt32.self), flags & ~3 == 0
        else { return .unknown }
        // `1 << RTN_UNICAST`, `1 << RTN_LOCAL`.
        let (unicast, local): (UInt16, UInt16) = (1 << 1, 1 << 2)
        if sources != 0, (sources & unicast != 0) == (flags & 1 != 0) { return .no }
        if destinations != 0 {
            let type = output == nil ? local : unicast
            if (destinations & type != 0) == (flags & 2 != 0) { return .no }
        }
        return .yes
    }
}

extension [UInt8] {
    /// Nil behind the end.
    fileprivate func hostNumber<Number: FixedWidthInteger & UnsignedInteger>(
        at offset: Int, _: Number.Type
    ) -> Number? {
        let size = Number.bitWidth / 8
        guard offset + size <= count else { return nil }
        // Every platform of ours is little-endian.
        let value = self[offset..<offset + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Number(truncatingIfNeeded: value)
    }
}
