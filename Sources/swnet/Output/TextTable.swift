// SPDX-License-Identifier: Apache-2.0

/// Text in columns that are as wide as their widest cell, two spaces apart.
package struct TextTable: Sendable {
    private var rows: [[String]]

    /// - Parameter header: Titles, one for each column.
    package init(_ header: [String]) { rows = [header] }

    /// - Parameter row: A cell for each column. An empty one is shown as `-`.
    package mutating func append(_ row: [String]) { rows.append(row.map { $0.isEmpty ? "-" : $0 }) }

    /// Lines without trailing spaces, each with a newline.
    package var text: String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            let line = cells.joined(separator: "  ")
            return String(line[...(line.lastIndex { $0 != " " } ?? line.startIndex)]) + "\n"
        }.joined()
    }
}
