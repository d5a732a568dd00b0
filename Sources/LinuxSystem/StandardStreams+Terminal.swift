// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension StandardStreams {
    /// Whether somebody can answer a question.
    package static var isInputTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Columns of the terminal that standard output is; nil when it is none, or does not know.
    package static var outputColumns: Int? {
        let columns = swnet_terminal_columns(STDOUT_FILENO)
        return columns > 0 ? Int(columns) : nil
    }

    /// A line of standard input without its end; nil at the end of input.
    package static func readInputLine() -> String? { readLine() }
}
