// SPDX-License-Identifier: Apache-2.0

/// Reads one JSON text. Recursion goes no deeper than ``JSON/maximumDepth``.
struct JSONParser {
    let bytes: [UInt8]
    var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func parseDocument() throws(JSONError) -> JSON {
        guard bytes.count <= JSON.maximumSize else { throw failure(.tooLarge, at: JSON.maximumSize) }
        guard !bytes.starts(with: [0xef, 0xbb, 0xbf]) else { throw failure(.byteOrderMark) }
        skipWhitespace()
        let value = try parseValue(depth: 0)
        skipWhitespace()
        guard position == bytes.count else { throw failure(.trailingData) }
        return value
    }

    /// The next byte; 0, which no rule accepts, at the end.
    var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

    func failure(_ problem: JSONError.SyntaxProblem, at offset: Int? = nil) -> JSONError {
        .syntax(problem, at: JSONPosition(offset: offset ?? position, in: bytes))
    }

    /// The error for a byte that fits no rule: at the end of the text something else is wrong.
    func unexpected(_ expectation: String) -> JSONError {
        failure(position == bytes.count ? .unexpectedEnd : .expected(expectation))
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSON {
        switch next {
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "{"): return .object(try parseObject(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try parseArray(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try parseNumber())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        default: throw unexpected("a value")
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> JSONObject {
        guard depth <= JSON.maximumDepth else { throw failure(.tooDeep) }
        position += 1
        skipWhitespace()
        if take(UInt8(ascii: "}")) { return JSONObject() }
        var members: [JSONObject.Member] = []
        members.reserveCapacity(4)
        while true {
            guard next == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
            let key = try parseString()
            skipWhitespace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
            skipWhitespace()
            members.append(JSONObject.Member(key, try parseValue(depth: depth)))
            skipWhitespace()
            if take(UInt8(ascii: "}")) { return JSONObject(members: members) }
            guard take(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
            skipWhitespace()
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> [JSON] {
        guard depth <= JSON.maximumDepth else { throw failure(.tooDeep) }
        position += 1
        skipWhitespace()
        if take(UInt8(ascii: "]")) { return [] }
        var elements: [JSON] = []
        while true {
            elements.append(try parseValue(depth: depth))
            skipWhitespace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
            skipWhitespace()
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let text = word.description
        guard bytes[position...].starts(with: text.utf8) else { throw failure(.expected("a value")) }
        position += text.utf8.count
        return value
    }

    /// RFC 8259 section 6.
    private mutating func parseNumber() throws(JSONError) -> JSONNumber {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let leadingZero = next == UInt8(ascii: "0")
        let whole = skipDigits()
        guard whole > 0, !leadingZero || whole == 1 else { throw failure(.invalidNumber, at: start) }
        if take(UInt8(ascii: ".")) {
            guard skipDigits() > 0 else { throw failure(.invalidNumber, at: start) }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() > 0 else { throw failure(.invalidNumber, at: start) }
        }
        return JSONNumber(literal: String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { position += 1 }
        return position - start
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        var index = position
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0a, 0x0d, 0x09: index += 1
            default:
                position = index
                return
            }
        }
        position = index
    }
}
