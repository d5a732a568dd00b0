// SPDX-License-Identifier: Apache-2.0
internal import JSON
package import LinuxSystem
internal import NetworkTypes

/// A part of the networks, chosen by `--filter KEY=VALUE`. As in Docker, several values of one key are alternatives, and
/// several keys must all hold; of labels all must hold.
package struct NetworkSelection: Sendable {
    /// What can be asked.
    package enum Key: String, CaseIterable, Sendable {
        case name, id, driver, origin, type, scope, label
        case withoutLabel = "label!"
        case `internal`, dangling, until
    }

    package struct Criterion: Sendable {
        package let key: String
        package let value: String

        /// Nil without an equals sign.
        package init?(_ text: String) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            (key, value) = (String(parts[0]), String(parts[1]))
        }
    }

    /// Why a criterion cannot be understood.
    package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    private var values: [Key: [String]] = [:]
    private var moments: [Timestamp] = []

    /// - Parameters:
    ///   - keys: Those that the command knows.
    ///   - now: What spans of time are counted from.
    package init(_ criteria: [Criterion], keys: [Key] = Key.allCases, now: Timestamp) throws(Refusal) {
        for criterion in criteria {
            guard let key = Key(rawValue: criterion.key), keys.contains(key) else {
                let known = keys.map(\.rawValue)
                let guess = nearest(to: criterion.key, among: known).map { "did you mean \($0)?" }
                throw Refusal(
                    description: "unknown filter \(criterion.key); "
                        + (guess ?? "there are \(known.joined(separator: ", "))"))
            }
            try check(key, criterion.value, now)
            values[key, default: []].append(criterion.value)
        }
    }

    private mutating func check(_ key: Key, _ value: String, _ now: Timestamp) throws(Refusal) {
        let words: [String]
        switch key {
        case .internal, .dangling: words = ["true", "false", "1", "0"]
        case .type: words = ["custom", "builtin"]
        case .origin: words = ["swnet", "built-in", "other"]
        case .scope: words = ["local"]
        case .until:
            guard let moment = PastMoment(value, now: now) else {
                throw Refusal(
                    description: "filter until=\(value) is no time; write 24h, 2026-11-20, 2026-11-20T08:30:00Z or "
                        + "seconds since 1970")
            }
            return moments.append(moment.time)
        default: return
        }
        guard words.contains(value) else {
            throw Refusal(description: "filter \(key.rawValue)=\(value) is none of \(words.joined(separator: ", "))")
        }
    }

    package func contains(_ network: NetworkSummary, endpoints: Int) -> Bool {
        values.allSatisfy { key, values in
            switch key {
            case .label: values.allSatisfy { network.hasLabel($0) }
            case .withoutLabel: !values.contains { network.hasLabel($0) }
            case .until: moments.allSatisfy { moment in network.created.map { $0 < moment } ?? false }
            default: values.contains { Self.holds(key, $0, network, endpoints) }
            }
        }
    }

    private static func holds(_ key: Key, _ value: String, _ network: NetworkSummary, _ endpoints: Int) -> Bool {
        let isAffirmative = value == "true" || value == "1"
        return switch key {
        case .name: network.name.text.contains(value)
        case .id: network.id.contains(value)
        case .driver: network.driver == value
        case .origin: network.origin.rawValue == value
        case .type: (network.origin == .builtIn) == (value == "builtin")
        case .internal: network.isInternal == isAffirmative
        case .dangling: (endpoints == 0 && network.origin != .builtIn) == isAffirmative
        case .scope, .label, .withoutLabel, .until: true
        }
    }
}

extension NetworkSummary {
    /// `KEY` or `KEY=VALUE`.
    fileprivate func hasLabel(_ text: String) -> Bool {
        labels.contains { $0.key == text || "\($0.key)=\($0.value)" == text }
    }
}
