// SPDX-License-Identifier: Apache-2.0

/// A JSON text as a tree. RFC 8259.
///
/// Keys keep their order and numbers their spelling, so a configuration that is passed on is passed on as it was written.
/// Equality compares spelling and key order too.
package enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSON])
    case object(JSONObject)

    /// Most levels of arrays and objects that are read.
    package static let maximumDepth = 128
    /// Longest text that is read, in bytes.
    package static let maximumSize = 16 << 20

    /// Reads exactly one value, in UTF-8, with nothing but white space around it.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes)
        self = try parser.parseDocument()
    }

    package init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

extension JSON {
    package var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The number when it is a whole one that fits; see ``JSONNumber/integer(_:)``.
    package var intValue: Int? {
        guard case .number(let value) = self else { return nil }
        return value.integer()
    }

    package var stringValue: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var arrayValue: [JSON]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    package var objectValue: JSONObject? {
        guard case .object(let value) = self else { return nil }
        return value
    }

    package var isNull: Bool { self == .null }

    /// The kind of value with its article, for messages: `a string`.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    package static func number(_ value: some FixedWidthInteger) -> JSON { .number(JSONNumber(value)) }
}

extension JSON: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringInterpolation {
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .number(value) }
    package init(stringLiteral value: String) { self = .string(value) }
}

extension JSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }

    /// Keeps the order of the literal; of equal keys the last counts.
    package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}
