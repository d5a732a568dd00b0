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

    /// What a program wrote, kept apart.
    package struct Execution: Sendable {
        package let standardOutput: [UInt8]
        package let standardError: String
        /// Nil when a signal ended the program.
        package let exitStatus: Int32?
    }

    /// The program did not exit with status 0.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
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
        let standardInput = try scratchFile(holding: Array(input.utf8))
        defer { extendLifetime(standardInput) }
        let output = try scratchFile()
        let status = try run(arguments, nil, [standardInput.rawValue, output.rawValue, output.rawValue])
        return Outcome(output: String(decoding: try content(of: output), as: UTF8.self), exitStatus: status)
    }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - arguments: The first is a path, or the name of a program in the PATH of this process.
    ///   - environment: `NAME=value` entries; nil for those of this process.
    package static func execute(
        _ arguments: [String], input: [UInt8] = [], environment: [String]? = nil
    ) throws -> Execution {
        let standardInput = try scratchFile(holding: input)
        defer { extendLifetime(standardInput) }
        let output = try scratchFile()
        let errors = try scratchFile()
        let status = try run(arguments, environment, [standardInput.rawValue, output.rawValue, errors.rawValue])
        return Execution(
            standardOutput: try content(of: output),
            standardError: String(decoding: try content(of: errors), as: UTF8.self), exitStatus: status)
    }

    /// - Parameter streams: Become descriptors 0, 1 and 2.
    /// - Returns: the exit status; nil when a signal ended the program.
    private static func run(_ arguments: [String], _ environment: [String]?, _ streams: [Int32]) throws -> Int32? {
        let child = try spawn(arguments, environment, streams)
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
        let code = swnet_wait_exit_status(status)
        return code < 0 ? nil : code
    }

    private static func content(of file: borrowing OwnedDescriptor) throws -> [UInt8] {
        lseek(file.rawValue, 0, SEEK_SET)
        return try file.readToEnd(limit: 64 << 20, "output")
    }

    /// A nameless file: unlike a pipe it needs nobody at the other end.
    private static func scratchFile(holding content: [UInt8] = []) throws -> OwnedDescriptor {
        var template = Array("/tmp/swnet-test-XXXXXX".utf8CString)
        let raw = unsafe mkstemp(&template)
        guard raw >= 0 else { throw Errno(rawValue: errno) }
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        let file = OwnedDescriptor(adopting: raw)
        unsafe unlink(template)
        try file.writeAll(content, "scratch file")
        lseek(raw, 0, SEEK_SET)
        return file
    }

    static func spawn(_ arguments: [String], _ environment: [String]?, _ streams: [Int32]) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in streams.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
        }
        var vector = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe vector.forEach { unsafe free($0) } }
        var variables = unsafe (environment ?? []).map { unsafe strdup($0) } + [nil]
        defer { unsafe variables.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let failure =
            unsafe environment == nil
            ? posix_spawnp(&child, arguments[0], &actions, nil, &vector, swnet_environment())
            : posix_spawnp(&child, arguments[0], &actions, nil, &vector, &variables)
        guard failure == 0 else { throw SystemError("run \(arguments[0])", Errno(rawValue: failure)) }
        return child
    }
}
