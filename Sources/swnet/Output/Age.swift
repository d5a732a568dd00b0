// SPDX-License-Identifier: Apache-2.0

/// A span of time for people: one unit is enough.
package struct Age: Hashable, Sendable, CustomStringConvertible {
    /// Not negative.
    package let seconds: Int64

    /// - Parameter seconds: Negative ones, which a clock that was set back leads to, count as none.
    package init(seconds: Int64) { self.seconds = max(0, seconds) }

    package var description: String {
        let units: [(Int64, String)] = [(86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
        guard let (size, name) = units.first(where: { seconds >= $0.0 }) else { return "now" }
        let count = seconds / size
        return "\(count) \(name)\(count == 1 ? "" : "s")"
    }
}
