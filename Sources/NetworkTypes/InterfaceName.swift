// SPDX-License-Identifier: Apache-2.0

/// A network interface name the kernel accepts: 1...15 bytes, no `/`, `:` or white space, not `.` or `..`.
///
/// - SeeAlso: `dev_valid_name()` in the kernel; CNI 1.1 section 2, `CNI_IFNAME`.
package struct InterfaceName: Hashable, Comparable, Sendable {
    package let text: String

    package init?(_ text: some StringProtocol) {
        guard (1...15).contains(text.utf8.count), text != ".", text != ".." else { return nil }
        let forbidden = text.unicodeScalars.contains {
            $0 == "/" || $0 == ":" || $0.value < 0x20 || $0.value == 0x7f || $0.properties.isWhitespace
        }
        guard !forbidden else { return nil }
        self.text = String(text)
    }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension InterfaceName: CustomStringConvertible {
    package var description: String { text }
}
