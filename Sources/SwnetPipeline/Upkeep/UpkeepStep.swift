// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes

/// One thing that was not as it should be, and what was done about it.
package struct UpkeepStep: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// Only looked at.
        case planned
        case done
        /// Why, in one sentence.
        case failed(String)
    }

    /// Nil when it is the host's.
    package let network: NetworkName?
    /// What it is about, in the singular: `bridge sw-mynet`.
    package let subject: String
    /// What is the matter, to be read behind "is": `gone`.
    package let problem: String
    /// What helps, to be read behind "to be": `made again`.
    package let remedy: String
    package let outcome: Outcome

    package init(
        _ network: NetworkName?, _ subject: String, is problem: String, toBe remedy: String, _ outcome: Outcome
    ) {
        self.network = network
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
        self.outcome = outcome
    }

    package var hasFailed: Bool {
        if case .failed = outcome { true } else { false }
    }
}

extension UpkeepStep: CustomStringConvertible {
    /// One sentence.
    package var description: String {
        switch outcome {
        case .planned: "\(subject) is \(problem): to be \(remedy)"
        case .done: "\(subject) was \(problem): \(remedy)"
        case .failed(let reason): "\(subject) is \(problem) and could not be \(remedy): \(reason)"
        }
    }

    /// Keys are interface of the program.
    package var json: JSON {
        var object: JSONObject = ["network": network.map { .string($0.text) } ?? .null]
        object["subject"] = .string(subject)
        object["problem"] = .string(problem)
        object["remedy"] = .string(remedy)
        switch outcome {
        case .planned: object["outcome"] = "planned"
        case .done: object["outcome"] = "done"
        case .failed(let reason):
            object["outcome"] = "failed"
            object["reason"] = .string(reason)
        }
        object["text"] = .string(description)
        return .object(object)
    }
}
