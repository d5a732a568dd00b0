// SPDX-License-Identifier: Apache-2.0

/// An address with a prefix length: `10.89.0.2/24`. Host bits are kept, as `ip addr` and CNI results do.
package struct IPPrefix: Hashable, Sendable {
    package let address: IPAddress
    /// Bits of the network part: 0...32 or 0...128.
    package let length: Int

    /// Nil when `length` does not fit the family.
    package init?(_ address: IPAddress, length: Int) {
        guard (0...address.family.addressBits).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// The prefix that covers `address` alone: `/32` or `/128`.
    package init(host address: IPAddress) {
        self.address = address
        length = address.family.addressBits
    }

    /// Parses CIDR notation. The length is mandatory and has no sign and no leading zero.
    package init?(_ text: some StringProtocol) {
        guard let slash = text.firstIndex(of: "/"), let address = IPAddress(text[..<slash]) else { return nil }
        let digits = text[text.index(after: slash)...]
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        guard digits.utf8.count == 1 || digits.utf8.first != 0x30, let length = Int(digits) else { return nil }
        self.init(address, length: length)
    }

    package var family: IPFamily { address.family }

    /// Number of host bits.
    package var hostBits: Int { family.addressBits - length }

    /// The same prefix with all host bits zero.
    package var network: IPPrefix { replacingHostBits(with: 0) }

    /// The lowest address of the prefix.
    package var first: IPAddress { network.address }

    /// The highest address of the prefix; for IPv4 subnets that is the broadcast address.
    package var last: IPAddress { replacingHostBits(with: hostMask).address }

    package func contains(_ other: IPAddress) -> Bool {
        other.family == family && (first.value...last.value).contains(other.value)
    }

    /// True when the two prefixes share at least one address.
    package func overlaps(_ other: IPPrefix) -> Bool { contains(other.first) || other.contains(first) }

    private var hostMask: UInt128 { hostBits == 128 ? .max : (UInt128(1) << UInt128(hostBits)) - 1 }

    private func replacingHostBits(with bits: UInt128) -> IPPrefix {
        // The masked value cannot leave the family, so this initializer never fails.
        guard let address = IPAddress(address.value & ~hostMask | bits, family) else { return self }
        return IPPrefix(address, length: length) ?? self
    }
}

extension IPPrefix: CustomStringConvertible {
    package var description: String { "\(address)/\(length)" }
}
