// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import NetworkTypes

/// What `meta` and `ct` know of a packet, in the form registers hold it; nil for what is not known here.
extension TracedPacket {
    /// - Parameter key: `NFT_META_*`.
    func metadata(_ key: UInt32) -> [UInt8]? {
        switch key {
        case NFT_META_PROTOCOL.rawValue: family == .ipv4 ? [0x08, 0x00] : [0x86, 0xdd]
        case NFT_META_MARK.rawValue: Mark(mark).datumBytes
        case NFT_META_IIFGROUP.rawValue, NFT_META_OIFGROUP.rawValue: [0, 0, 0, 0]
        case NFT_META_SECPATH.rawValue, NFT_META_PKTTYPE.rawValue: [0]
        case NFT_META_IIF.rawValue: Mark(input?.index ?? 0).datumBytes
        case NFT_META_OIF.rawValue: Mark(output?.index ?? 0).datumBytes
        case NFT_META_IIFNAME.rawValue: input.nameBytes
        case NFT_META_OIFNAME.rawValue: output.nameBytes
        case NFT_META_NFPROTO.rawValue: [family == .ipv4 ? 2 : 10]
        case NFT_META_L4PROTO.rawValue: [protocolNumber]
        default: nil
        }
    }

    /// - Parameters:
    ///   - key: `NFT_CT_*`.
    ///   - isTracked: Whether connection tracking has seen the packet.
    func connection(_ key: UInt32, isTracked: Bool) -> [UInt8]? {
        switch key {
        case NFT_CT_STATE.rawValue: Mark(isTracked ? state.rawValue : 1).datumBytes
        case NFT_CT_DIRECTION.rawValue: [state == .new ? 0 : 1]
        case NFT_CT_STATUS.rawValue:
            // IPS_SRC_NAT, IPS_DST_NAT, and IPS_SEEN_REPLY for an answer.
            Mark((isSourceTranslated ? 0x10 : 0) | (isDestinationTranslated ? 0x20 : 0) | (state == .new ? 0 : 0x2))
                .datumBytes
        case NFT_CT_MARK.rawValue: [0, 0, 0, 0]
        default: nil
        }
    }
}

extension TracedPacket.Interface? {
    /// The name as registers hold it, which is empty where there is no interface.
    var nameBytes: [UInt8] {
        let name = Array((self?.name ?? "").utf8.prefix(15))
        return name + [UInt8](repeating: 0, count: 16 - name.count)
    }
}
