// SPDX-License-Identifier: Apache-2.0

/// What happens to a packet. nft(8), VERDICT STATEMENT.
package enum Verdict: Hashable, Sendable {
    case accept
    case drop
    /// Goes on after the jump that led here; in a base chain the policy decides.
    case `return`
    /// Evaluates the chain and comes back if it does not decide.
    case jump(String)
    /// Evaluates the chain and does not come back.
    case goto(String)
}

extension Verdict {
    /// The chain this verdict leads to.
    package var chain: String? {
        switch self {
        case .jump(let chain), .goto(let chain): chain
        case .accept, .drop, .return: nil
        }
    }
}

extension Verdict: CustomStringConvertible {
    /// As nft(8) writes it.
    package var description: String {
        switch self {
        case .accept: "accept"
        case .drop: "drop"
        case .return: "return"
        case .jump(let chain): "jump \(chain)"
        case .goto(let chain): "goto \(chain)"
        }
    }
}
