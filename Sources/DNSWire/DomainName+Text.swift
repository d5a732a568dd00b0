// SPDX-License-Identifier: Apache-2.0

extension DomainName {
    /// Parses the form of zone files: labels between dots, a dot at the end or none, `\.` and `\\` for those characters,
    /// `\DDD` for the octet of that decimal number. Nil for the empty string and for an empty or too long label or name.
    ///
    /// - SeeAlso: RFC 1035 section 5.1.
    package init?(_ text: some StringProtocol) {
        if text == "." {
            self = .root
            return
        }
        var labels: [[UInt8]] = [[]]
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            switch octet {
            case UInt8(ascii: "."): labels.append([])
            case UInt8(ascii: "\\"):
                guard let escaped = unescape(&rest) else { return nil }
                labels[labels.count - 1].append(escaped)
            default: labels[labels.count - 1].append(octet)
            }
        }
        if labels.count > 1, labels[labels.count - 1].isEmpty { labels.removeLast() }
        self.init(labels: labels)
    }
}

/// Takes what follows a backslash.
private func unescape(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    guard let first = rest.popFirst() else { return nil }
    guard let hundreds = digit(first) else { return first }
    guard let tens = rest.popFirst().flatMap(digit), let ones = rest.popFirst().flatMap(digit) else { return nil }
    return UInt8(exactly: hundreds * 100 + tens * 10 + ones)
}

private func digit(_ octet: UInt8) -> Int? { (0x30...0x39).contains(octet) ? Int(octet - 0x30) : nil }

extension DomainName: CustomStringConvertible {
    /// The form of zone files, with a dot at the end.
    package var description: String {
        if isRoot { return "." }
        var text = ""
        for label in labels {
            for octet in label { text += escape(octet) }
            text += "."
        }
        return text
    }
}

private func escape(_ octet: UInt8) -> String {
    switch octet {
    case UInt8(ascii: "."), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(octet))
    case 0x21...0x7e: String(UnicodeScalar(octet))
    default: "\\\(octet / 100)\(octet / 10 % 10)\(octet % 10)"
    }
}
