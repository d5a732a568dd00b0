// SPDX-License-Identifier: Apache-2.0

/// One expression of a rule of whichever program, as far as it can be foretold what it does to a packet.
package enum RuleExpression: Hashable, Sendable {
    package enum Comparison: UInt32, Sendable {
        case equal = 0
        case notEqual
        case less
        case lessOrEqual
        case greater
        case greaterOrEqual
    }

    /// What expressions read of a packet. Numbers are the kernel's.
    package enum Field: Hashable, Sendable {
        /// `NFT_META_*`.
        case meta(UInt32)
        /// `NFT_PAYLOAD_*`: part of the link, network or transport header.
        case payload(base: UInt32, offset: Int, length: Int)
        /// `NFT_CT_*`.
        case connection(UInt32)
        /// `NFT_FIB_RESULT_*` and `NFTA_FIB_F_*`.
        case route(result: UInt32, flags: UInt32)
    }

    /// Where a value is kept from one expression to the next: its first byte among those of all registers.
    package typealias Register = Int

    case load(Field, into: Register)
    case value([UInt8], into: Register)
    case mask(Register, and: [UInt8], xor: [UInt8], into: Register)
    /// Turns groups of `size` bytes round.
    case swap(Register, length: Int, size: Int, into: Register)
    case compare(Register, Comparison, [UInt8])
    case range(Register, from: [UInt8], through: [UInt8], isNegated: Bool)
    case lookup(Register, set: String, isNegated: Bool)
    case verdictMap(Register, map: String)
    case dataMap(Register, map: String, into: Register)
    case verdict(Verdict)
    /// Drops the packet, and says so to its sender.
    case reject
    /// Gives the connection another source or destination; what is nil stays as it is.
    case translate(Statement.End, address: Register?, port: Register?)
    /// Translates the source to the address of the outgoing interface.
    case masquerade
    /// Translates the destination to the host itself.
    case redirect(port: Register?)
    case mark(from: Register)
    /// A match of iptables that has no form of its own in nftables.
    case extended(String, revision: UInt32, [UInt8])
    /// A target of iptables that decides or translates.
    case target(String, revision: UInt32, [UInt8])
    /// Counts, logs: the packet goes on.
    case neutral
    /// Something that depends on what nobody knows beforehand. What it leaves in the register is unknown too.
    case unknown(into: Register?)
}
