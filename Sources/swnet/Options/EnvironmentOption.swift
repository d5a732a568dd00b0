// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// A variable of the environment, as `--env` says it: `NAME=VALUE`, or `NAME` for the value that it has here.
package struct EnvironmentOption: Hashable, Sendable {
    package let name: String
    /// Nil for the one that this program has.
    package let value: String?

    package init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty else { return nil }
        self.name = String(name)
        value = parts.count == 2 ? String(parts[1]) : nil
    }

    /// `NAME=VALUE`; nil when the variable is to keep what it has.
    package var entry: String? { value.map { "\(name)=\($0)" } }
}

extension EnvironmentOption: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
