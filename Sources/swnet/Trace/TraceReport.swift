// SPDX-License-Identifier: Apache-2.0
package import JSON

/// What happened to a packet, step by step.
package struct TraceReport: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case passed
        case accepted
        case translated
        /// Something that may explain why no connection comes about, though the packet goes on.
        case warning
        case dropped
        /// It arrived, and nobody was there to take it.
        case refused
        case delivered
    }

    package struct Step: Hashable, Sendable {
        /// `sandbox web`, `bridge sw-mynet`, `host`.
        package let place: String
        package let kind: Kind
        package let text: String
    }

    /// Who sends what to whom.
    package let question: String
    package private(set) var steps: [Step] = []

    package init(_ question: String) { self.question = question }

    package mutating func add(_ kind: Kind, _ place: String, _ text: String) {
        steps.append(Step(place: place, kind: kind, text: text))
    }

    package var isDelivered: Bool { steps.last?.kind == .delivered }

    /// The lines for people, each with a newline.
    ///
    /// - Parameter columns: Where lines are broken.
    package func text(columns: Int) -> String {
        let width = steps.map(\.place.displayWidth).max() ?? 0
        var lines = question + "\n"
        for (index, step) in steps.enumerated() {
            let number = String(index + 1)
            let first =
                "\(String(repeating: " ", count: max(0, 2 - number.count)))\(number)  \(step.place.filled(to: width))  "
            lines += Self.wrap(step.text, after: first, to: columns)
        }
        return lines + "\(verdict)\n"
    }

    private var verdict: String {
        guard let last = steps.last else { return "nothing was traced" }
        return "\(last.kind.rawValue): \(last.place): \(last.text)"
    }

    private static func wrap(_ text: String, after first: String, to columns: Int) -> String {
        let indent = String(repeating: " ", count: first.displayWidth)
        var (lines, line) = ("", first)
        for word in text.split(separator: " ") {
            let isStart = line == first || line == indent
            if !isStart, line.displayWidth + 1 + String(word).displayWidth > columns {
                lines += line + "\n"
                line = indent + word
            } else {
                line += (isStart ? "" : " ") + word
            }
        }
        return lines + line + "\n"
    }

    /// Keys are interface of the program.
    package var json: JSON {
        [
            "question": .string(question), "delivered": .bool(isDelivered),
            "steps": .array(
                steps.map { ["place": .string($0.place), "kind": .string($0.kind.rawValue), "text": .string($0.text)] }),
        ]
    }
}

/// Ends the way of a packet. What there is to say is in the report.
struct PacketDropped: Error {}
