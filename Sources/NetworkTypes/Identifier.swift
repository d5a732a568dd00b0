// SPDX-License-Identifier: Apache-2.0

/// True for an ASCII letter or digit followed by letters, digits, `_`, `.` and `-`: what CNI allows in container ids and
/// network names. Such text is always safe as one component of a path.
///
/// - SeeAlso: CNI 1.1 section 2, `CNI_CONTAINERID`; section 1, `name`.
private func isIdentifier(_ text: some StringProtocol) -> Bool {
    var isFirst = true
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            break
        case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            if isFirst { return false }
        default: return false
        }
        isFirst = false
    }
    return !isFirst
}

/// A container id as the runtime chose it. Any length.
package struct ContainerID: Hashable, Comparable, Sendable {
    package let text: String

    /// Nil for the empty string and for characters outside `[a-zA-Z0-9_.-]` or one of `_.-` in front.
    package init?(_ text: some StringProtocol) {
        guard isIdentifier(text) else { return nil }
        self.text = String(text)
    }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension ContainerID: CustomStringConvertible {
    package var description: String { text }
}

/// The name of a network, unique on the host.
package struct NetworkName: Hashable, Comparable, Sendable {
    /// In bytes. The specification has no limit, but the reference plugins and libcni make file names of it.
    package static let maximumLength = 200

    package let text: String

    /// Nil for the empty string, for more than ``maximumLength`` bytes, and for characters outside `[a-zA-Z0-9_.-]` or
    /// one of `_.-` in front.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.maximumLength, isIdentifier(text) else { return nil }
        self.text = String(text)
    }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension NetworkName: CustomStringConvertible {
    package var description: String { text }
}
