// SPDX-License-Identifier: Apache-2.0

/// A value that knows its place in the document, so that a wrong one is reported by its full path.
package struct ValueReader: Sendable {
    package let value: JSON
    package let path: JSONPath

    package init(_ value: JSON, path: JSONPath = .root) {
        self.value = value
        self.path = path
    }

    package func bool() throws(JSONError) -> Bool {
        guard case .bool(let value) = value else { throw wrongType("a boolean") }
        return value
    }

    package func string() throws(JSONError) -> String {
        guard case .string(let value) = value else { throw wrongType("a string") }
        return value
    }

    /// A whole number in `range`. Numbers in quotes are not numbers.
    package func integer<Integer: FixedWidthInteger>(
        in range: ClosedRange<Integer> = .min ... .max
    ) throws(JSONError) -> Integer {
        guard case .number(let number) = value else { throw wrongType("a number") }
        guard let result = number.integer(Integer.self), range.contains(result) else {
            throw invalid("\(number) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return result
    }

    package func int(in range: ClosedRange<Int> = .min ... .max) throws(JSONError) -> Int { try integer(in: range) }

    package func object() throws(JSONError) -> ObjectReader {
        guard case .object(let value) = value else { throw wrongType("an object") }
        return ObjectReader(value, path: path)
    }

    package func array() throws(JSONError) -> [ValueReader] {
        guard case .array(let elements) = value else { throw wrongType("an array") }
        return elements.enumerated().map { ValueReader($1, path: .index($0, in: path)) }
    }

    /// A string with a meaning.
    ///
    /// - Parameters:
    ///   - expectation: What the string must be, with its article: `an IP address`.
    ///   - convert: Returns nil for a string that is not that.
    package func parse<Result>(
        _ expectation: String, _ convert: (String) -> Result?
    ) throws(JSONError) -> Result {
        let text = try string()
        guard let result = convert(text) else { throw invalid("\"\(text)\" is not \(expectation)") }
        return result
    }

    /// The error for a value that is of the right kind and still wrong. `problem` follows the path in the message.
    package func invalid(_ problem: String) -> JSONError {
        .invalidValue(path: path.description, problem: problem)
    }

    private func wrongType(_ expected: String) -> JSONError {
        .wrongType(path: path == .root ? "document" : path.description, expected: expected, found: value.kind)
    }
}
