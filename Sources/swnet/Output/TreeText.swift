// SPDX-License-Identifier: Apache-2.0

/// Lines of a tree with the strokes that connect them.
struct TreeText {
    /// Where a line stands: the strokes before it.
    struct Place {
        /// Before the line itself.
        fileprivate var first = ""
        /// Before what follows it, as long as that belongs to it.
        fileprivate var rest = ""

        /// The place of a child of this one.
        func child(isLast: Bool) -> Place {
            Place(first: rest + (isLast ? "└─ " : "├─ "), rest: rest + (isLast ? "   " : "│  "))
        }
    }

    private let columns: Int
    private(set) var text = ""

    /// - Parameter columns: Where lines are broken.
    init(columns: Int) { self.columns = columns }

    /// A line of the tree: a label and words, which go on below each other when they are too many.
    mutating func line(_ label: String, _ words: [String], at place: Place) {
        append(label, words, place.first, place.rest)
    }

    /// A line that belongs to that at `place`, below it and before its children.
    mutating func note(_ label: String, _ words: [String], below place: Place) {
        append(label, words, place.rest, place.rest)
    }

    private mutating func append(_ label: String, _ words: [String], _ first: String, _ rest: String) {
        var line = first + label
        // Deep enough to be seen as a continuation; in line with the words when that leaves room for them.
        let indent = first.displayWidth + label.displayWidth + 2
        let continuation = rest.filled(to: indent <= columns / 2 ? indent : rest.displayWidth + 4)
        var isFirst = true
        for word in words {
            let gap = isFirst ? "  " : " "
            if line.displayWidth + gap.count + word.displayWidth > columns, line != continuation {
                end(line)
                line = continuation + word
            } else {
                line += gap + word
            }
            isFirst = false
        }
        end(line)
    }

    private mutating func end(_ line: String) {
        let end = line.lastIndex { $0 != " " } ?? line.startIndex
        text += line.isEmpty ? "\n" : line[...end] + "\n"
    }
}
