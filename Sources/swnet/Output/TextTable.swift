// SPDX-License-Identifier: Apache-2.0

/// Text in columns that are as wide as their widest cell, two spaces apart.
package struct TextTable: Sendable {
    private var rows: [[String]] = []
    /// Widths below which no column is made to fit.
    private let leastWidths: [Int]

    private static let leastWidth = 8

    /// A table without titles.
    package init() { leastWidths = [] }

    /// - Parameter header: Titles, one for each column.
    package init(_ header: [String]) {
        rows = [header]
        leastWidths = header.map { max($0.count, Self.leastWidth) }
    }

    /// - Parameter row: A cell for each column. An empty one is shown as `-`.
    package mutating func append(_ row: [String]) { rows.append(row.map { $0.isEmpty ? "-" : $0 }) }

    /// Lines without trailing spaces, each with a newline.
    package var text: String { text(columns: nil) }

    /// - Parameter hasHeader: Whether the titles are shown. Columns are as wide either way.
    package func text(hasHeader: Bool) -> String {
        hasHeader ? text : String(text[(text.firstIndex(of: "\n") ?? text.startIndex)...].dropFirst())
    }

    /// The same, in lines of at most `columns` characters as far as that can be: the widest cells go on below
    /// themselves, at spaces where they have some.
    ///
    /// - Parameter columns: Nil for lines as long as it takes, which is what programs that read them need.
    package func text(columns: Int?) -> String {
        let widths = fittingWidths(columns)
        return rows.map { row in
            let cells = zip(row, widths).map { Self.wrap($0, $1) }
            let height = cells.map(\.count).max() ?? 0
            return (0..<height).map { line in
                Self.line(zip(cells, widths).map { cell, width in (line < cell.count ? cell[line] : "", width) })
            }.joined()
        }.joined()
    }

    private static func line(_ cells: [(text: String, width: Int)]) -> String {
        let line = cells.map { $0.text + String(repeating: " ", count: max(0, $0.width - $0.text.count)) }
            .joined(separator: "  ")
        return String(line[...(line.lastIndex { $0 != " " } ?? line.startIndex)]) + "\n"
    }

    /// Takes from the widest column until all fit: at first down to its longest word, then, where that is not enough, to
    /// what still can be read.
    private func fittingWidths(_ columns: Int?) -> [Int] {
        let indices = (rows.first ?? []).indices
        var widths = indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        guard let columns else { return widths }
        let words = indices.map { column in
            rows.flatMap { $0[column].split(separator: " ").map(\.count) }.max() ?? 0
        }
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - columns
        for floors in [words, leastWidths.isEmpty ? indices.map { _ in Self.leastWidth } : leastWidths] {
            while excess > 0 {
                let shrinkable = indices.filter { widths[$0] > max(floors[$0], Self.leastWidth) }
                guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }

    /// Lines of at most `width` characters, broken at spaces; a word that is longer is broken anywhere.
    private static func wrap(_ text: String, _ width: Int) -> [String] {
        guard text.count > width else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count <= width {
                line += " " + word
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = String(word)
            while line.count > width {
                lines.append(String(line.prefix(width)))
                line = String(line.dropFirst(width))
            }
        }
        return lines + (line.isEmpty ? [] : [line])
    }
}
