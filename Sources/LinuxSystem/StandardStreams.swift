// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import SystemPackage

/// Standard input, output and error of this process.
package enum StandardStreams {
    /// Call before anything is opened.
    ///
    /// Fills closed streams, so that no file of ours gets their numbers: reading then finds the end and writing fails.
    /// A reader that goes away becomes an error (`EPIPE`) instead of death.
    package static func secure() {
        signal(SIGPIPE, SIG_IGN)
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) == -1 {
            _ = unsafe open("/dev/null", O_RDONLY)
        }
    }

    /// Reads standard input to its end.
    ///
    /// - Parameter limit: Most bytes accepted; more is `EFBIG`.
    package static func readInput(limit: Int) throws(SystemError) -> [UInt8] {
        let input = OwnedDescriptor(adopting: STDIN_FILENO)
        do throws(SystemError) {
            let content = try input.readToEnd(limit: limit, "standard input")
            _ = input.release()
            return content
        } catch {
            _ = input.release()
            throw error
        }
    }

    package static func writeOutput(_ bytes: [UInt8]) throws(SystemError) {
        try write(bytes, to: STDOUT_FILENO, "standard output")
    }

    /// Writes a message. Failure is ignored: there is nowhere left to report it.
    package static func writeError(_ text: String) {
        do throws(SystemError) { try write(Array(text.utf8), to: STDERR_FILENO, "standard error") } catch {}
    }

    private static func write(_ bytes: [UInt8], to number: Int32, _ name: String) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if Glibc.errno != EINTR {
                throw .last("write \(name)")
            }
        }
    }
}
