// SPDX-License-Identifier: Apache-2.0

/// FNV-1a, 64 bits: the same on every machine and in every run, for names that must be found again without a record.
///
/// Not for anything an attacker could gain from by a collision; the standard library's hashing is seeded per process.
///
/// - SeeAlso: draft-eastlake-fnv.
package struct StableHash: Hashable, Sendable {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    /// The hash of `parts`, each closed by a zero byte, so that `("ab", "c")` and `("a", "bc")` differ.
    package init(of parts: String...) {
        for part in parts {
            combine(part.utf8)
            combine(CollectionOfOne(0))
        }
    }

    package mutating func combine(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }

    /// The upper 32 bits folded onto the lower, as eight lower-case hexadecimal digits.
    package var shortText: String {
        let folded = UInt32(truncatingIfNeeded: value ^ value >> 32)
        let text = String(folded, radix: 16)
        return String(repeating: "0", count: 8 - text.utf8.count) + text
    }

    /// Six octets with the locally administered bit set and the group bit clear. Source: IEEE 802c.
    package var macAddress: MACAddress? {
        var octets = (0..<6).map { UInt8(truncatingIfNeeded: value >> (UInt64($0) * 8)) }
        octets[0] = octets[0] & 0xfc | 0x02
        return MACAddress(bytes: octets)
    }
}
