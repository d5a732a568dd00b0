// SPDX-License-Identifier: Apache-2.0

extension JSONParser {
    /// Reads a string from its opening quote. RFC 8259 section 7.
    mutating func parseString() throws(JSONError) -> String {
        let start = position + 1
        var index = start
        var high: UInt8 = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                position = index + 1
                return high < 0x80
                    ? String(decoding: bytes[start..<index], as: UTF8.self)
                    : try validated(bytes[start..<index], from: start)
            }
            if byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            high |= byte
            index += 1
        }
        position = index
        return try parseEscapedString(from: start)
    }

    /// The slow way, for strings with escapes: `position` is at the first byte that needs care.
    private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
        var content = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try validated(content[...], from: start)
            case UInt8(ascii: "\\"): try parseEscape(into: &content)
            case ..<0x20: throw failure(.controlCharacter)
            default:
                content.append(byte)
                position += 1
            }
        }
        throw failure(.unexpectedEnd)
    }

    private mutating func parseEscape(into content: inout [UInt8]) throws(JSONError) {
        let start = position
        position += 2
        guard position <= bytes.count else { throw failure(.unexpectedEnd, at: bytes.count) }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(bytes[start + 1])
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0c)
        case UInt8(ascii: "n"): content.append(0x0a)
        case UInt8(ascii: "r"): content.append(0x0d)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content += Array(String(try parseUnicodeEscape(from: start)).utf8)
        default: throw failure(.invalidEscape, at: start)
        }
    }

    /// The rest of `\uXXXX`, with the second half of a surrogate pair.
    private mutating func parseUnicodeEscape(from start: Int) throws(JSONError) -> Character {
        let first = try parseHexadecimalGroup()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard (0xd800...0xdbff).contains(first), bytes[position...].starts(with: "\\u".utf8) else {
            throw failure(.unpairedSurrogate, at: start)
        }
        position += 2
        let second = try parseHexadecimalGroup()
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(second) - 0xdc00))
        else { throw failure(.unpairedSurrogate, at: start) }
        return Character(scalar)
    }

    private mutating func parseHexadecimalGroup() throws(JSONError) -> UInt16 {
        guard position + 4 <= bytes.count else { throw failure(.unexpectedEnd, at: bytes.count) }
        var value: UInt16 = 0
        for byte in bytes[position..<(position + 4)] {
            guard let digit = hexadecimalDigit(byte) else { throw failure(.invalidEscape) }
            value = value << 4 | digit
        }
        position += 4
        return value
    }

    /// - Parameter start: The place to report, the start of the string.
    private func validated(_ content: ArraySlice<UInt8>, from start: Int) throws(JSONError) -> String {
        guard let text = String(validating: content, as: UTF8.self) else {
            throw failure(.invalidUTF8, at: start)
        }
        return text
    }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte) - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte) - 0x41 + 10
    default: nil
    }
}
