// SPDX-License-Identifier: Apache-2.0

/// A point on a clock that never goes back. The resolver has none: its caller says what time it is.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    /// Since any moment that stays the same.
    package var milliseconds: Int

    package init(milliseconds: Int) { self.milliseconds = milliseconds }

    package func advanced(milliseconds: Int) -> MonotonicTime {
        MonotonicTime(milliseconds: self.milliseconds + milliseconds)
    }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}
