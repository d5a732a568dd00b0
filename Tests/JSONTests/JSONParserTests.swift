// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite struct JSONParserTests {
    @Test(
        "accepts",
        arguments: [
            ("null", .null), (" true ", true), ("\tfalse\r\n", false), ("0", 0), ("-1", -1), ("\"\"", ""), ("[]", []),
            ("{}", [:]), ("[1,[2,[]]]", [1, [2, []]]), (#"{"a":{"b":null}}"#, ["a": ["b": .null]]),
            (#"{"a":1,"b":2,"a":3}"#, ["b": 2, "a": 3]), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
            (#""\u0041\u00e9\u20ac\ud83d\ude00\u0000""#, "Aé€😀\0"), ("\"é€😀\u{7f}\"", "é€😀\u{7f}"),
            (#""\uFFFF\uffff""#, "\u{ffff}\u{ffff}"),
        ] as [(String, JSON)])
    func accepts(text: String, expected: JSON) throws {
        #expect(try JSON(parsing: text) == expected)
    }

    @Test(
        "refuses",
        arguments: [
            ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("not json", .expected("a value"), 0),
            ("nul", .expected("a value"), 0), ("truE", .expected("a value"), 0), ("[1,]", .expected("a value"), 3),
            ("[1 2]", .expected("',' or ']'"), 3), ("[", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2),
            ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5),
            ("{\"a\":1,}", .expected("a key in double quotes"), 7),
            ("{a:1}", .expected("a key in double quotes"), 1), ("{\"a\" 1}", .expected("':'"), 5),
            ("{\"a\":1;}", .expected("',' or '}'"), 6), ("{} x", .trailingData, 3), ("{}{}", .trailingData, 2),
            ("{}\0", .trailingData, 2), ("\0", .expected("a value"), 0), ("[1\0]", .expected("',' or ']'"), 2),
            ("\"a", .unexpectedEnd, 2), ("\"a\\", .unexpectedEnd, 3), ("\"a\nb\"", .controlCharacter, 2),
            ("\"\0\"", .controlCharacter, 1), (#""\x""#, .invalidEscape, 1), (#""\u12g4""#, .invalidEscape, 3),
            (#""\u12"#, .unexpectedEnd, 5), (#""\ud800""#, .unpairedSurrogate, 1),
            (#""\udc00""#, .unpairedSurrogate, 1),
            (#""\ud9ab\u0041""#, .unpairedSurrogate, 1), (#""\ud9ab\ud9ab""#, .unpairedSurrogate, 1),
            (#""\ud9ab\n""#, .unpairedSurrogate, 1), (#""\ud9ab\u"#, .unexpectedEnd, 9), ("01", .invalidNumber, 0),
            ("-", .invalidNumber, 0), ("-x", .invalidNumber, 0), ("1.", .invalidNumber, 0),
            ("[.5]", .expected("a value"), 1),
            ("1e", .invalidNumber, 0), ("1e+", .invalidNumber, 0), ("+1", .expected("a value"), 0),
            ("0x10", .trailingData, 1), ("NaN", .expected("a value"), 0), ("'a'", .expected("a value"), 0),
            ("// x", .expected("a value"), 0), ("\u{feff}{}", .byteOrderMark, 0), ("\u{a0}1", .expected("a value"), 0),
        ] as [(String, JSONError.SyntaxProblem, Int)])
    func refuses(text: String, problem: JSONError.SyntaxProblem, offset: Int) {
        #expect(failure(of: Array(text.utf8)) == .init(problem: problem, offset: offset))
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80],
            [0x41, 0x5c, 0x6e, 0xc3],
        ] as [[UInt8]])
    func refusesInvalidUTF8(content: [UInt8]) {
        #expect(failure(of: [0x22] + content + [0x22]) == .init(problem: .invalidUTF8, offset: 1))
    }

    @Test(
        "refuses other encodings",
        arguments: [[0xff, 0xfe, 0x7b, 0x00], [0x00, 0x7b, 0x00, 0x7d], [0x7b, 0x00, 0x7d]])
    func refusesOtherEncodings(bytes: [UInt8]) {
        #expect(failure(of: bytes) != nil)
    }

    @Test("reads as deep as the limit and no deeper", arguments: [("[", "]", "0"), ("{\"a\":", "}", "0")])
    func depth(open: String, close: String, inner: String) throws {
        func nested(_ levels: Int) -> String {
            String(repeating: open, count: levels) + inner + String(repeating: close, count: levels)
        }
        _ = try JSON(parsing: nested(128))
        let error = failure(of: Array(nested(129).utf8))
        #expect(error == .init(problem: .tooDeep, offset: 128 * open.utf8.count))
        #expect(failure(of: Array(String(repeating: open, count: 1_000_000).utf8))?.problem == .tooDeep)
    }

    @Test("reads as much as the limit and no more")
    func size() throws {
        let text = [UInt8(ascii: "1")] + [UInt8](repeating: 0x20, count: JSON.maximumSize - 1)
        #expect(try JSON(parsing: text) == 1)
        #expect(failure(of: text + [0x20])?.problem == .tooLarge)
    }

    @Test("an object with many equal keys costs no square")
    func manyEqualKeys() throws {
        let distinct = (0..<100_000).map { "\"k\($0)\":\($0)" }
        let object = try JSONObject(parsing: Array("{\((distinct + distinct).joined(separator: ","))}".utf8))
        #expect(object.count == 100_000)
        #expect(object.first?.key == "k0")
    }

    @Test("keys are equal only when their bytes are")
    func equivalentKeys() throws {
        let object = try JSONObject(parsing: Array("{\"\u{e9}\":1,\"e\u{301}\":2}".utf8))
        #expect(object.count == 2)
        #expect(object["\u{e9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test("reports line and column in characters")
    func position() {
        guard case .syntax(_, let position)? = error(of: Array("{\n  \"é\": x}".utf8)) else {
            Issue.record("accepted")
            return
        }
        #expect(position.line == 2)
        #expect(position.column == 8)
        #expect(position.offset == 10)
    }

    @Test(
        "an error reads as one line",
        arguments: [
            ("[1,", "line 1, column 4 (byte 3): unexpected end of the text"),
            ("[1,}", "line 1, column 4 (byte 3): expected a value"),
            ("\u{feff}1", "line 1, column 1 (byte 0): byte order mark before the value"),
            ("1 2", "line 1, column 3 (byte 2): data after the value"),
            ("\"\\q\"", "line 1, column 2 (byte 1): unknown escape sequence"),
            ("\"\\udddd\"", "line 1, column 2 (byte 1): half of a surrogate pair"),
            ("\"\n\"", "line 1, column 2 (byte 1): unescaped control character in a string"),
            ("00", "line 1, column 1 (byte 0): malformed number"),
        ])
    func message(text: String, expected: String) {
        #expect(error(of: Array(text.utf8))?.description == expected)
    }

    @Test("a top level that is no object is refused where one is needed", arguments: ["[]", "\"x\"", "1", "null"])
    func topLevelObject(text: String) {
        #expect(throws: JSONError.self) { try JSONObject(parsing: Array(text.utf8)) }
    }
}

/// What was wrong, and at which byte.
private struct Failure: Equatable {
    let problem: JSONError.SyntaxProblem
    let offset: Int
}

private func error(of text: [UInt8]) -> JSONError? {
    do throws(JSONError) {
        _ = try JSON(parsing: text)
        return nil
    } catch { return error }
}

private func failure(of text: [UInt8]) -> Failure? {
    guard case .syntax(let problem, let position)? = error(of: text) else { return nil }
    return Failure(problem: problem, offset: position.offset)
}
