// SPDX-License-Identifier: Apache-2.0
package import CNI
package import NetworkTypes

/// What upkeep of the host found and did, in its order.
package struct UpkeepLog: Sendable {
    package enum Mode: Sendable {
        /// Find and put right.
        case apply
        /// Only find.
        case plan
    }

    package let mode: Mode
    package private(set) var steps: [UpkeepStep] = []

    package init(_ mode: Mode) { self.mode = mode }

    /// Notes what was found, and does something about it unless that is only planned. A failure is noted, too, so that
    /// the rest can go on.
    package mutating func step(
        _ network: NetworkName?, _ subject: String, is problem: String, toBe remedy: String,
        _ body: () throws(CNIError) -> Void
    ) {
        var outcome = UpkeepStep.Outcome.planned
        if mode == .apply {
            do throws(CNIError) {
                try body()
                outcome = .done
            } catch { outcome = .failed(error.message) }
        }
        steps.append(UpkeepStep(network, subject, is: problem, toBe: remedy, outcome))
    }

    /// Notes what could not even be looked at.
    package mutating func fail(
        _ network: NetworkName?, _ subject: String, is problem: String, toBe remedy: String, _ error: CNIError
    ) {
        steps.append(UpkeepStep(network, subject, is: problem, toBe: remedy, .failed(error.message)))
    }
}
