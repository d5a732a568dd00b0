// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// A word of a line of resolv.conf(5).
package struct ResolverWord: Hashable, Sendable {
    package let text: String

    /// Nil unless it is a word of printable ASCII.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
        self.text = text
    }
}

extension ResolverWord: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
