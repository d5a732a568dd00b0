// SPDX-License-Identifier: Apache-2.0

/// An amount of data for people: three digits are enough.
package struct ByteCount: Hashable, Sendable, CustomStringConvertible {
    package let bytes: UInt64

    package init(_ bytes: UInt64) { self.bytes = bytes }

    /// In powers of 1000, as transfers are measured: `999B`, `1.5kB`, `20MB`.
    package var description: String {
        var unit = 0
        var size: UInt64 = 1
        while unit < Self.units.count - 1, bytes / size >= 1000 {
            size *= 1000
            unit += 1
        }
        let whole = bytes / size
        let tenth = bytes % size * 10 / size
        let fraction = unit > 0 && whole < 10 ? ".\(tenth)" : ""
        return "\(whole)\(fraction)\(Self.units[unit])"
    }

    private static let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
}
