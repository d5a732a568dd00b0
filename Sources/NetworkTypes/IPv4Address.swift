// SPDX-License-Identifier: Apache-2.0

/// An IPv4 address as a number, so that pools can count and compare.
package struct IPv4Address: Hashable, Comparable, Sendable {
    /// The address in host byte order: `10.0.0.1` is `0x0a000001`.
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        rawValue = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// Parses a dotted quad. Leading zeros are refused, because some readers take them for octal.
    package init?(_ text: some StringProtocol) {
        var value: UInt32 = 0
        var octets = 0
        for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard let octet = decimalOctet(part) else { return nil }
            value = value << 8 | octet
            octets += 1
            guard octets <= 4 else { return nil }
        }
        guard octets == 4 else { return nil }
        rawValue = value
    }

    /// The four octets in network byte order.
    package var bytes: [UInt8] {
        [UInt8(rawValue >> 24), UInt8(rawValue >> 16 & 0xff), UInt8(rawValue >> 8 & 0xff), UInt8(rawValue & 0xff)]
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension IPv4Address: CustomStringConvertible {
    package var description: String {
        "\(rawValue >> 24).\(rawValue >> 16 & 0xff).\(rawValue >> 8 & 0xff).\(rawValue & 0xff)"
    }
}

/// One to three digits without a leading zero, at most 255.
private func decimalOctet(_ digits: some Collection<UInt8>) -> UInt32? {
    guard (1...3).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
    var value: UInt32 = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        value = value * 10 + UInt32(digit - UInt8(ascii: "0"))
    }
    return value <= 255 ? value : nil
}
