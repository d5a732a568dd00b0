// SPDX-License-Identifier: Apache-2.0

/// A 48-bit Ethernet address.
package struct MACAddress: Hashable, Sendable {
    /// Six octets in transmission order.
    package let bytes: [UInt8]

    /// Nil unless there are six octets.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        self.bytes = Array(bytes)
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
        bytes = stride(from: 0, to: 12, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }

    /// True for a group address, which no interface can have.
    package var isMulticast: Bool { bytes[0] & 1 == 1 }
}

extension MACAddress: CustomStringConvertible {
    /// Lower-case colon form.
    package var description: String { bytes.map(hexadecimalText).joined(separator: ":") }
}
