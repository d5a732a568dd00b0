// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes

/// Something that is wrong, or will be, with the networks of this host.
package struct Finding: Hashable, Sendable {
    package enum Severity: String, CaseIterable, Hashable, Sendable {
        /// Something does not work.
        case error
        /// Something will not work, or is left over.
        case warning
        /// Worth knowing; nothing has to be done.
        case note
    }

    package let severity: Severity
    /// Nil when it concerns all networks or none.
    package let network: NetworkName?
    /// One sentence, without a full stop.
    package let sentence: String
    /// What to enter at a shell, as root.
    package let command: String

    package init(_ severity: Severity, _ sentence: String, command: String) {
        self.init(severity, nil, sentence, command: command)
    }

    package init(_ severity: Severity, _ network: NetworkName?, _ sentence: String, command: String) {
        self.severity = severity
        self.network = network
        self.sentence = sentence
        self.command = command
    }

    /// Keys are interface of the program.
    package func json(of check: String) -> JSON {
        [
            "severity": .string(severity.rawValue), "check": .string(check),
            "network": network.map { .string($0.text) } ?? .null, "sentence": .string(sentence),
            "command": .string(command),
        ]
    }
}
