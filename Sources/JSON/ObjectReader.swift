// SPDX-License-Identifier: Apache-2.0

/// Typed look-ups in an object of a configuration.
///
/// Keys match whatever the case of their ASCII letters is, the last spelling in the document wins, and null is the same
/// as absent: runtimes written in Go rely on all three (go-cni sends `HostPort` for `hostPort`).
package struct ObjectReader: Sendable {
    package let object: JSONObject
    package let path: JSONPath

    package init(_ object: JSONObject, path: JSONPath = .root) {
        self.object = object
        self.path = path
    }

    /// Nil when the key is absent or null.
    package func value(_ key: String) -> ValueReader? {
        guard let value = object.value(ignoringCaseOf: key), !value.isNull else { return nil }
        return ValueReader(value, path: .key(key, in: path))
    }

    /// - Throws: ``JSONError/missing(path:)`` when the key is absent or null.
    package func required(_ key: String) throws(JSONError) -> ValueReader {
        guard let value = value(key) else { throw .missing(path: JSONPath.key(key, in: path).description) }
        return value
    }

    package func bool(_ key: String) throws(JSONError) -> Bool? { try value(key)?.bool() }

    package func string(_ key: String) throws(JSONError) -> String? { try value(key)?.string() }

    package func int(_ key: String, in range: ClosedRange<Int> = .min ... .max) throws(JSONError) -> Int? {
        try value(key)?.int(in: range)
    }

    package func integer<Integer: FixedWidthInteger>(
        _ key: String, in range: ClosedRange<Integer> = .min ... .max
    ) throws(JSONError) -> Integer? {
        try value(key)?.integer(in: range)
    }

    package func object(_ key: String) throws(JSONError) -> ObjectReader? { try value(key)?.object() }

    /// The elements; nil when the key is absent or null.
    package func array(_ key: String) throws(JSONError) -> [ValueReader]? { try value(key)?.array() }

    package func strings(_ key: String) throws(JSONError) -> [String]? {
        guard let elements = try array(key) else { return nil }
        return try elements.map { element throws(JSONError) in try element.string() }
    }

    /// A string with a meaning; see ``ValueReader/parse(_:_:)``. The empty string means unset, as runtimes send
    /// `"hostIP": ""`.
    package func parse<Result>(
        _ key: String, as expectation: String, _ convert: (String) -> Result?
    ) throws(JSONError) -> Result? {
        guard let value = value(key), try !value.string().isEmpty else { return nil }
        return try value.parse(expectation, convert)
    }

    /// The error for a value of `key` that is of the right kind and still wrong.
    package func invalid(_ key: String, _ problem: String) -> JSONError {
        .invalidValue(path: JSONPath.key(key, in: path).description, problem: problem)
    }

    /// Refuses the first key that is not in `known`, and names the known one that looks most like it.
    package func rejectUnknownKeys(known: [String]) throws(JSONError) {
        for member in object where !known.contains(where: { isSameIgnoringCase($0, member.key) }) {
            throw .unknownKey(
                path: JSONPath.key(member.key, in: path).description, value: member.value.text(),
                suggestion: nearest(to: member.key, among: known))
        }
    }
}
