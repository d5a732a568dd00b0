// SPDX-License-Identifier: Apache-2.0

/// One question about the host that can have bad answers. Pure: it sees nothing but the facts.
package protocol Check {
    /// One word, which stays the same in later versions.
    static var name: String { get }
    /// What holds when there is nothing to find.
    static var expectation: String { get }
    /// Without these facts there is no answer.
    static var sources: [HostFacts.Source] { get }

    static func findings(in facts: HostFacts) -> [Finding]
}
