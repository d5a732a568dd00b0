// SPDX-License-Identifier: Apache-2.0

/// An IPv6 address as a number, so that pools can count and compare.
package struct IPv6Address: Hashable, Comparable, Sendable {
    /// The address in host byte order: `::1` is `1`.
    package var rawValue: UInt128 { UInt128(high) << 64 | UInt128(low) }

    // Not one UInt128, whose alignment of 16 bytes Swift 6.3.1 gets wrong: a small structure with one inside, returned by
    // a function, can be copied with aligned instructions from a place in the stack that is not.
    private let high: UInt64
    private let low: UInt64

    package init(rawValue: UInt128) {
        high = UInt64(truncatingIfNeeded: rawValue >> 64)
        low = UInt64(truncatingIfNeeded: rawValue)
    }

    /// Parses the text forms of RFC 4291 section 2.2, an embedded dotted quad included. Zones are refused.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 45, let value = parse(bytes[...]) else { return nil }
        self.init(rawValue: value)
    }

    /// The sixteen octets in network byte order.
    package var bytes: [UInt8] { (0..<16).map { UInt8(truncatingIfNeeded: rawValue >> (120 - 8 * UInt128($0))) } }

    /// The eight 16-bit groups, most significant first.
    package var groups: [UInt16] { (0..<8).map { UInt16(truncatingIfNeeded: rawValue >> (112 - 16 * UInt128($0))) } }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension IPv6Address: CustomStringConvertible {
    /// The canonical form of RFC 5952: lower case, the longest run of two or more zero groups as `::`.
    package var description: String {
        let groups = groups
        let zeros = longestZeroRun(in: groups)
        var text = ""
        var index = 0
        while index < 8 {
            if let zeros, index == zeros.lowerBound {
                text += "::"
                index = zeros.upperBound
                continue
            }
            if !text.isEmpty, text.utf8.last != UInt8(ascii: ":") { text += ":" }
            text += String(groups[index], radix: 16)
            index += 1
        }
        return text
    }
}

private func longestZeroRun(in groups: [UInt16]) -> Range<Int>? {
    var best: Range<Int>?
    var start = 0
    while start < groups.count {
        var end = start
        while end < groups.count, groups[end] == 0 { end += 1 }
        if end - start >= 2, end - start > (best?.count ?? 0) { best = start..<end }
        start = max(end, start + 1)
    }
    return best
}

private func parse(_ text: ArraySlice<UInt8>) -> UInt128? {
    let colon = UInt8(ascii: ":")
    guard let gap = doubleColon(in: text) else {
        guard let groups = parseGroups(text), groups.count == 8 else { return nil }
        return join(groups)
    }
    let head = text[..<gap]
    let tail = text[(gap + 2)...]
    guard doubleColon(in: tail) == nil, tail.first != colon else { return nil }
    guard let left = head.isEmpty ? [] : parseGroups(head, allowingQuad: false) else { return nil }
    guard let right = tail.isEmpty ? [] : parseGroups(tail), left.count + right.count <= 7 else { return nil }
    return join(left + Array(repeating: 0, count: 8 - left.count - right.count) + right)
}

private func doubleColon(in text: ArraySlice<UInt8>) -> Int? {
    text.indices.dropLast().first { text[$0] == UInt8(ascii: ":") && text[$0 + 1] == UInt8(ascii: ":") }
}

private func join(_ groups: [UInt16]) -> UInt128 { groups.reduce(0) { $0 << 16 | UInt128($1) } }

/// Colon-separated groups of one to four hexadecimal digits, the last two possibly written as a dotted quad.
private func parseGroups(_ text: ArraySlice<UInt8>, allowingQuad: Bool = true) -> [UInt16]? {
    var groups: [UInt16] = []
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    for (position, part) in parts.enumerated() {
        if let group = hexadecimalGroup(part) {
            groups.append(group)
        } else if allowingQuad, position == parts.count - 1,
            let quad = IPv4Address(String(decoding: part, as: UTF8.self))
        {
            groups += [UInt16(quad.rawValue >> 16), UInt16(quad.rawValue & 0xffff)]
        } else {
            return nil
        }
    }
    return groups.count <= 8 ? groups : nil
}

private func hexadecimalGroup(_ digits: ArraySlice<UInt8>) -> UInt16? {
    guard (1...4).contains(digits.count) else { return nil }
    var value: UInt16 = 0
    for digit in digits {
        guard let nibble = hexadecimalDigit(digit) else { return nil }
        value = value << 4 | UInt16(nibble)
    }
    return value
}
