// SPDX-License-Identifier: Apache-2.0

/// A 48-bit Ethernet address as a number, so that decoding one allocates nothing.
package struct MACAddress: Hashable, Sendable {
    /// The first octet in transmission order is the most significant of the lower 48 bits.
    package let rawValue: UInt64

    /// Only the lower 48 bits of `rawValue` are kept.
    package init(rawValue: UInt64) { self.rawValue = rawValue & 0xffff_ffff_ffff }

    /// Nil unless there are six octets.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        rawValue = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Parses `0a:58:…` , `0a-58-…` and Cisco's `0a58.0000.0001`.
    package init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8)
        let separator = utf8.first { [0x3a, 0x2d, 0x2e].contains($0) } ?? 0x3a
        let groups = utf8.split(separator: separator, omittingEmptySubsequences: false)
        let width = separator == 0x2e ? 4 : 2
        guard groups.count * width == 12, groups.allSatisfy({ $0.count == width }) else { return nil }
        let nibbles = groups.joined().compactMap(hexadecimalDigit)
        guard nibbles.count == 12 else { return nil }
        rawValue = nibbles.reduce(0) { $0 << 4 | UInt64($1) }
    }

    /// Six octets in transmission order.
    package var bytes: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: rawValue >> (40 - 8 * UInt64($0))) } }

    /// True for a group address, which no interface can have.
    package var isMulticast: Bool { rawValue >> 40 & 1 == 1 }
}

extension MACAddress: CustomStringConvertible {
    /// Lower-case colon form.
    package var description: String { bytes.map(hexadecimalText).joined(separator: ":") }
}
