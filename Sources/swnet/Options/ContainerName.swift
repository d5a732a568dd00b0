// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import NetworkTypes

/// What a sandbox may be called: also a name in DNS and in hosts(5).
package struct ContainerName: Hashable, Sendable {
    package let text: String

    /// Nil unless it is 1...63 letters, digits, `_`, `.` and `-`, and begins with a letter or digit.
    package init?(_ text: String) {
        guard text.utf8.count <= 63, ContainerID(text) != nil else { return nil }
        self.text = text
    }
}

extension ContainerName: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
