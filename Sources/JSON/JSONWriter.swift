// SPDX-License-Identifier: Apache-2.0

/// How a value is laid out as text.
package enum JSONLayout: Sendable {
    /// No white space at all.
    case compact
    /// One member a line, indented by four spaces, no newline at the end: the layout of the CNI library.
    case indented
}

extension JSON {
    /// The value as UTF-8 text. Keys keep their order; `/` is not escaped.
    package func encoded(_ layout: JSONLayout = .compact) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        writer.write(self, level: 0)
        return writer.output
    }

    /// The value as text.
    package func text(_ layout: JSONLayout = .compact) -> String { String(decoding: encoded(layout), as: UTF8.self) }
}

extension JSONObject {
    /// The object as UTF-8 text; see ``JSON/encoded(_:)``.
    package func encoded(_ layout: JSONLayout = .compact) -> [UInt8] { JSON.object(self).encoded(layout) }
}

private struct JSONWriter {
    let layout: JSONLayout
    private(set) var output: [UInt8] = []

    init(layout: JSONLayout) {
        self.layout = layout
        output.reserveCapacity(1024)
    }

    mutating func write(_ value: JSON, level: Int) {
        switch value {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .number(let number): output += number.literal.utf8
        case .string(let text): write(text)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                separate(first: index == 0, level: level + 1)
                write(element, level: level + 1)
            }
            if !elements.isEmpty { startLine(level) }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for (index, member) in object.enumerated() {
                separate(first: index == 0, level: level + 1)
                write(member.key)
                output.append(UInt8(ascii: ":"))
                if layout == .indented { output.append(UInt8(ascii: " ")) }
                write(member.value, level: level + 1)
            }
            if !object.isEmpty { startLine(level) }
            output.append(UInt8(ascii: "}"))
        }
    }

    private mutating func separate(first: Bool, level: Int) {
        if !first { output.append(UInt8(ascii: ",")) }
        startLine(level)
    }

    private mutating func startLine(_ level: Int) {
        guard layout == .indented else { return }
        output.append(UInt8(ascii: "\n"))
        for _ in 0..<(4 * level) { output.append(UInt8(ascii: " ")) }
    }

    private mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        if containsByteToEscape(text.utf8.span) {
            for byte in text.utf8 { writeEscaping(byte) }
        } else {
            output += text.utf8
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscaping(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
        case 0x08: output += "\\b".utf8
        case 0x09: output += "\\t".utf8
        case 0x0a: output += "\\n".utf8
        case 0x0c: output += "\\f".utf8
        case 0x0d: output += "\\r".utf8
        case ..<0x20:
            output += "\\u00".utf8
            output += (byte < 0x10 ? "0" : "").utf8
            output += String(byte, radix: 16).utf8
        default: output.append(byte)
        }
    }
}

/// Whether any byte is one that RFC 8259 section 7 wants escaped.
private func containsByteToEscape(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
        let byte = text[index]
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
    }
    return false
}
