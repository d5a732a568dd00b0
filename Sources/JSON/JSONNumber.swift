// SPDX-License-Identifier: Apache-2.0

/// A number as it was written, so that no digit is lost before somebody says what type it should have.
package struct JSONNumber: Hashable, Sendable {
    /// A literal of RFC 8259 section 6.
    package let literal: String

    /// `literal` must have been checked against the grammar.
    init(literal: String) { self.literal = literal }

    package init(_ value: some FixedWidthInteger) { literal = String(value) }

    /// Nil for infinities and NaN, which JSON cannot express.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        literal = value.description
    }

    /// The value when it is whole and `Integer` can hold it exactly. `1e3` and `5.0` count as whole: template engines
    /// write integers that way.
    package func integer<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self) -> Integer? {
        if let value = Integer(literal) { return value }
        guard let plain = wholeDigits() else { return nil }
        return Integer(plain)
    }

    /// The nearest double; nil when it would be infinite.
    package var double: Double? {
        guard let value = Double(literal), value.isFinite else { return nil }
        return value
    }

    /// The literal without point and exponent; nil when the value has a fraction or is longer than any integer type.
    private func wholeDigits() -> String? {
        let negative = literal.utf8.first == UInt8(ascii: "-")
        let parts = literal.utf8.dropFirst(negative ? 1 : 0).split { $0 | 0x20 == UInt8(ascii: "e") }
        let mantissa = (parts.first ?? "".utf8[...]).split(separator: UInt8(ascii: "."))
        let fraction = mantissa.count > 1 ? mantissa[1] : "".utf8[...]
        guard let whole = mantissa.first, let exponent = parts.count > 1 ? Int(Substring(parts[1])) : 0 else {
            return nil
        }
        var digits = Array(whole) + Array(fraction)
        let zero = UInt8(ascii: "0")
        guard digits.contains(where: { $0 != zero }) else { return "0" }
        while digits.last == zero, digits.count > 1 { digits.removeLast() }
        let trailing = whole.count + fraction.count - digits.count
        // Everything here is bounded by the length of the text, except `exponent`.
        guard (-JSON.maximumSize...64).contains(exponent) else { return nil }
        let scale = exponent - fraction.count + trailing
        guard (0...64).contains(scale) else { return nil }
        digits += repeatElement(zero, count: scale)
        return (negative ? "-" : "") + String(decoding: digits, as: UTF8.self)
    }
}

extension JSONNumber: CustomStringConvertible {
    package var description: String { literal }
}
