// SPDX-License-Identifier: Apache-2.0
internal import Glibc

extension StandardStreams {
    /// Whether a person may be looking at standard output.
    package static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}
