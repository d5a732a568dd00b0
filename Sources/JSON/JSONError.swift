// SPDX-License-Identifier: Apache-2.0

/// Text that is not JSON, or a value that is not what its reader needs.
package enum JSONError: Error, Hashable, Sendable {
    /// The text breaks RFC 8259 or one of the limits of ``JSON``.
    case syntax(SyntaxProblem, at: JSONPosition)
    /// A value of another kind than its key demands. `expected` and `found` read like `a string`.
    case wrongType(path: String, expected: String, found: String)
    /// A value of the right kind that means nothing here. `problem` follows the path in the message.
    case invalidValue(path: String, problem: String)
    /// A key that must be there is absent or null.
    case missing(path: String)
    /// A key that no reader knows, with the known one that looks most like it.
    case unknownKey(path: String, value: String, suggestion: String?)

    /// The ways in which text is not JSON.
    package enum SyntaxProblem: Hashable, Sendable {
        case tooLarge
        case tooDeep
        case byteOrderMark
        case unexpectedEnd
        /// What the grammar allows here: `a value`.
        case expected(String)
        case trailingData
        case controlCharacter
        case invalidUTF8
        case invalidEscape
        case unpairedSurrogate
        case invalidNumber
    }
}

/// A place in a text.
package struct JSONPosition: Hashable, Sendable {
    /// In bytes, from 0.
    package let offset: Int
    /// From 1.
    package let line: Int
    /// In characters (Unicode scalars), from 1.
    package let column: Int

    /// The place `offset` bytes into `text`.
    init(offset: Int, in text: [UInt8]) {
        let before = text.prefix(offset)
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        self.offset = offset
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        column = before[start...].count { $0 & 0xc0 != 0x80 } + 1
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let problem, let position):
            return "line \(position.line), column \(position.column) (byte \(position.offset)): \(problem)"
        case .wrongType(let path, let expected, let found): return "\(path): expected \(expected), found \(found)"
        case .invalidValue(let path, let problem): return "\(path): \(problem)"
        case .missing(let path): return "\(path): missing"
        case .unknownKey(let path, let value, let suggestion):
            let hint = suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
            return "\(path): unknown key with value \(value)\(hint)"
        }
    }
}

extension JSONError.SyntaxProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge: "more than \(JSON.maximumSize) bytes"
        case .tooDeep: "more than \(JSON.maximumDepth) levels of arrays and objects"
        case .byteOrderMark: "byte order mark before the value"
        case .unexpectedEnd: "unexpected end of the text"
        case .expected(let what): "expected \(what)"
        case .trailingData: "data after the value"
        case .controlCharacter: "unescaped control character in a string"
        case .invalidUTF8: "not UTF-8"
        case .invalidEscape: "unknown escape sequence"
        case .unpairedSurrogate: "half of a surrogate pair"
        case .invalidNumber: "malformed number"
        }
    }
}
