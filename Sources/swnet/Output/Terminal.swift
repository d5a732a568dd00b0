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

    /// A line on standard error, where it does not disturb who reads the output.
    static func note(_ message: String) { StandardStreams.writeError(message + "\n") }

    static func fail(_ message: String) { StandardStreams.writeError("Error: \(message)\n") }

    static func warn(_ message: String) { StandardStreams.writeError("Warning: \(message)\n") }
}
