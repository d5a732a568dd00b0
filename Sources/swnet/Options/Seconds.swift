// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// A span of time on the command line: `2`, `0.5`.
package struct Seconds: Hashable, Sendable, CustomStringConvertible {
    package let milliseconds: Int

    static let usual = Seconds(milliseconds: 2000)

    private init(milliseconds: Int) { self.milliseconds = milliseconds }

    /// Nil for anything but a number from a tenth of a second to a day.
    package init?(_ text: String) {
        guard let value = Double(text), (0.1...86400).contains(value) else { return nil }
        milliseconds = Int((value * 1000).rounded())
    }

    package var description: String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000)" : "\(Double(milliseconds) / 1000)"
    }
}

extension Seconds: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
