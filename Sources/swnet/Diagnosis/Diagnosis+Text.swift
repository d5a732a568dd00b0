// SPDX-License-Identifier: Apache-2.0

extension Diagnosis {
    /// The report for people.
    ///
    /// - Parameters:
    ///   - columns: Longest line, except for commands, which have to stay whole; nil for as long as it takes.
    ///   - isVerbose: Whether what is fine is listed too.
    package func text(columns: Int?, isVerbose: Bool = false) -> String {
        let blocks = findings.map { entry in
            wrapped("\(entry.finding.severity.rawValue): \(entry.finding.sentence).", columns)
                + "    \(entry.finding.command)\n"
        }
        let list = isVerbose ? [checkList(columns)] : []
        return (blocks + list + [wrapped(summary, columns)]).joined(separator: "\n")
    }

    private func checkList(_ columns: Int?) -> String {
        var text = ""
        for outcome in outcomes {
            let line = "\(outcome.status.padded(to: 8))\(outcome.name.padded(to: 18))\(outcome.expectation)"
            text += wrapped(outcome.obstacle.map { "\(line): \($0)" } ?? line, columns, indentation: 26)
        }
        let others = firewalls.isEmpty ? "none" : firewalls.joined(separator: ", ")
        return text + wrapped("Other programs that filter packets here: \(others).", columns)
    }

    private var summary: String {
        let unknown = outcomes.count { $0.obstacle != nil }
        let asked = "\(outcomes.count - unknown) checks made" + (unknown > 0 ? ", \(unknown) not possible" : "")
        let counts = Finding.Severity.allCases.compactMap { severity in
            let count = findings.count { $0.finding.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        return "\(asked): \(counts.isEmpty ? "nothing found" : counts.joined(separator: ", "))."
    }
}

/// Lines of at most `columns`, broken at spaces, the first one outdented.
private func wrapped(_ text: String, _ columns: Int?, indentation: Int = 0) -> String {
    guard let columns else { return text + "\n" }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
        if !line.isEmpty, line.count + 1 + word.count > columns {
            lines.append(line)
            line = String(repeating: " ", count: indentation) + word
        } else {
            line += (line.isEmpty ? "" : " ") + word
        }
    }
    return (lines + [line]).map { $0 + "\n" }.joined()
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
