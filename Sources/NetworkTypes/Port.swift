// SPDX-License-Identifier: Apache-2.0

/// A transport port that can be published: 1...65535.
package struct Port: Hashable, Comparable, Sendable {
    package let rawValue: UInt16

    /// Nil outside 1...65535.
    package init?(_ value: Int) {
        guard let raw = UInt16(exactly: value), raw > 0 else { return nil }
        rawValue = raw
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension Port: CustomStringConvertible {
    package var description: String { rawValue.description }
}
