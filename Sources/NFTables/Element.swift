// SPDX-License-Identifier: Apache-2.0

/// One member of a set, or one entry of a map, in the form the kernel takes.
package struct Element: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case bytes([UInt8])
        case verdict(Verdict)
    }

    /// The key, or the lower end of an interval.
    package let key: [UInt8]
    /// The upper end, inclusive, of an interval.
    package let lastKey: [UInt8]?
    /// What a map yields for the key.
    package let value: Value?
    /// At most ``commentLimit`` bytes.
    package let comment: String?

    /// The longest comment that nft(8) accepts, in bytes.
    package static let commentLimit = 128

    /// - Parameter comment: shortened to ``commentLimit`` bytes at a character boundary.
    init(key: [UInt8], through lastKey: [UInt8]? = nil, value: Value? = nil, comment: String? = nil) {
        self.key = key
        self.lastKey = lastKey
        self.value = value
        self.comment = comment.map(shortened)
    }
}

/// The longest beginning of `text` that fits a comment. nft(8) has no escape for quotes, so they become apostrophes.
func shortened(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= UInt8(ascii: " ") && $0 != UInt8(ascii: "\"") }
    if isPlain, text.utf8.count <= Element.commentLimit { return text }
    var result = ""
    var length = 0
    for character in text {
        length += character.utf8.count
        guard length <= Element.commentLimit else { break }
        let isHarmless = character != "\"" && !character.unicodeScalars.contains { $0.value < 0x20 }
        result += isHarmless ? String(character) : "'"
    }
    return result
}

/// What the entries of a map can hold: data or verdicts.
package protocol MapValue: Hashable, Sendable {
    static var valueType: SetDeclaration.ValueType { get }
    var elementValue: Element.Value { get }
    init?(elementValue: Element.Value)
}

extension Datum {
    package static var valueType: SetDeclaration.ValueType { .data(dataType) }
    package var elementValue: Element.Value { .bytes(datumBytes) }

    package init?(elementValue: Element.Value) {
        guard case .bytes(let bytes) = elementValue else { return nil }
        self.init(datumBytes: bytes[...])
    }
}

extension Verdict: MapValue {
    package static var valueType: SetDeclaration.ValueType { .verdict }
    package var elementValue: Element.Value { .verdict(self) }

    package init?(elementValue: Element.Value) {
        guard case .verdict(let verdict) = elementValue else { return nil }
        self = verdict
    }
}
