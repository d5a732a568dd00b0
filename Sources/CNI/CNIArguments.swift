// SPDX-License-Identifier: Apache-2.0

/// `CNI_ARGS`: `KEY=value;KEY=value`.
///
/// More is accepted than the reference accepts: empty parts, values with `=`, and keys nobody knows, unless the runtime
/// says `IgnoreUnknown=0`.
package struct CNIArguments: Hashable, Sendable {
    package let pairs: [(key: String, value: String)]
    /// Parts without `=`, which mean nothing.
    package let malformed: [String]

    package init(_ text: String = "") {
        var pairs: [(key: String, value: String)] = []
        var malformed: [String] = []
        for part in text.split(at: ";") {
            guard let equals = part.utf8.firstIndex(of: UInt8(ascii: "=")) else {
                malformed.append(part)
                continue
            }
            let value = part.utf8[part.utf8.index(after: equals)...]
            pairs.append((String(part[..<equals]), String(Substring(value))))
        }
        self.pairs = pairs
        self.malformed = malformed
    }

    /// The value of the last pair with this key. Keys are case-sensitive.
    package subscript(key: String) -> String? { pairs.last { $0.key == key }?.value }

    /// Refuses a part that is no pair.
    package func rejectMalformed() throws(CNIError) {
        guard let part = malformed.first else { return }
        throw CNIError(.invalidEnvironment, "CNI_ARGS: \"\(part)\" is not of the form KEY=value")
    }

    /// Refuses a key that is not in `known`, if the runtime asked for that by `IgnoreUnknown=0`.
    package func rejectUnknown(known: [String]) throws(CNIError) {
        guard let flag = self["IgnoreUnknown"]?.lowercased(), ["0", "false"].contains(flag) else { return }
        guard let pair = pairs.first(where: { $0.key != "IgnoreUnknown" && !known.contains($0.key) }) else { return }
        throw CNIError(
            .invalidEnvironment, "CNI_ARGS: \(pair.key)=\(pair.value) is unknown here, and IgnoreUnknown=0 forbids that"
        )
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.malformed == right.malformed && left.pairs.elementsEqual(right.pairs) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(malformed)
        for pair in pairs {
            hasher.combine(pair.key)
            hasher.combine(pair.value)
        }
    }
}
