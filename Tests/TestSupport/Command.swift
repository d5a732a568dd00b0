// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// A program a test runs as its oracle (`ip`, `nft`), in the namespaces of the calling thread.
package enum Command {
    package struct Outcome: Sendable {
        /// Standard output and standard error, as they were written.
        package let output: String
        /// Nil when a signal ended the program.
        package let exitStatus: Int32?
    }

    /// The program did not exit with status 0.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs `line`, split at spaces, and returns what it printed.
    ///
    /// - Throws: ``Failure`` unless the exit status is 0.
    @discardableResult
    package static func run(_ line: String, input: String = "") throws -> String {
        let outcome = try outcome(line.split(separator: " ").map(String.init), input: input)
        guard outcome.exitStatus == 0 else { throw Failure(description: "\(line): \(outcome.output)") }
        return outcome.output
    }

    /// Runs a program found in the PATH to its end.
    package static func outcome(_ arguments: [String], input: String = "") throws -> Outcome {
        let standardInput = try scratchFile(holding: input)
        let standardOutput = try scratchFile()
        let child = try spawn(arguments, standardInput.rawValue, standardOutput.rawValue)
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
        lseek(standardOutput.rawValue, 0, SEEK_SET)
        let output = try standardOutput.readToEnd(limit: 64 << 20, "output")
        let code = swnet_wait_exit_status(status)
        return Outcome(output: String(decoding: output, as: UTF8.self), exitStatus: code < 0 ? nil : code)
    }

    /// A nameless file: unlike a pipe it needs nobody at the other end.
    private static func scratchFile(holding content: String = "") throws -> OwnedDescriptor {
        var template = Array("/tmp/swnet-test-XXXXXX".utf8CString)
        let raw = unsafe mkstemp(&template)
        guard raw >= 0 else { throw Errno(rawValue: errno) }
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        let file = OwnedDescriptor(adopting: raw)
        unsafe unlink(template)
        try file.writeAll(Array(content.utf8), "scratch file")
        lseek(raw, 0, SEEK_SET)
        return file
    }

    private static func spawn(_ arguments: [String], _ standardInput: Int32, _ standardOutput: Int32) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, standardInput, STDIN_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, standardOutput, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, standardOutput, STDERR_FILENO)
        var vector = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe vector.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let failure = unsafe posix_spawnp(&child, arguments[0], &actions, nil, &vector, swnet_environment())
        guard failure == 0 else { throw SystemError("run \(arguments[0])", Errno(rawValue: failure)) }
        return child
    }
}
