// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem

/// What the program says, and where.
enum Terminal {
    /// A value on standard output, for programs to read.
    static func show(_ value: JSON) { print(value.text(.indented)) }

    /// Fits a terminal; whole lines for who reads it from a pipe or a file.
    static func show(_ table: TextTable) {
        print(table.text(columns: StandardStreams.outputColumns), terminator: "")
    }

    /// A line that whoever reads the output sees at once, also in a pipe.
    static func showLine(_ line: String) { show(line + "\n", replacingScreen: false) }

    /// Text that is seen at once; in the place of all that the terminal shows, if so wished.
    ///
    /// What cannot be written any more, because its reader went away, is not written.
    static func show(_ text: String, replacingScreen: Bool) {
        // Home, the text with the rest of each line cleared, and the rest of the screen cleared: nothing flickers.
        let clearing = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\u{1b}[K\n")
        let output = replacingScreen ? "\u{1b}[H\(clearing)\u{1b}[J" : text
        do throws(SystemError) { try StandardStreams.writeOutput(Array(output.utf8)) } catch {}
    }

    /// A line on standard error, where it does not disturb who reads the output.
    static func note(_ message: String) { StandardStreams.writeError(message + "\n") }

    static func fail(_ message: String) { StandardStreams.writeError("Error: \(message)\n") }

    static func warn(_ message: String) { StandardStreams.writeError("Warning: \(message)\n") }
}
