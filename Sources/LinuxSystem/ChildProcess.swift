// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import SystemPackage

/// A program that is run to its end with bytes in and bytes out: delegated CNI plugins, nothing else.
package enum ChildProcess {
    package struct Outcome: Sendable {
        package let output: [UInt8]
        /// The exit status; nil when a signal ended the program.
        package let exitStatus: Int32?
    }

    /// Runs `program` with `input` on its standard input. Its standard error is the caller's.
    ///
    /// - Parameter environment: `NAME=value` entries, the whole environment of the child.
    /// - Throws: the error of posix_spawn(3) or of the pipes; output beyond 16 MiB is `EFBIG`.
    package static func run(
        _ program: FilePath, input: [UInt8], environment: [String]
    ) throws(SystemError) -> Outcome {
        let toChild = try Pipe()
        let fromChild = try Pipe()
        let child = try spawn(
            program, arguments: [program.string], environment: environment, standardInput: toChild.readEnd,
            standardOutput: fromChild.writeEnd)
        toChild.closeReadEnd()
        fromChild.closeWriteEnd()
        let output: [UInt8]
        do throws(SystemError) {
            output = try exchange(input, over: toChild, and: fromChild, with: program)
        } catch {
            kill(child, SIGKILL)
            _ = try wait(for: child, program)
            throw error
        }
        let status = try wait(for: child, program)
        let code = swnet_wait_exit_status(status)
        return Outcome(output: output, exitStatus: code < 0 ? nil : code)
    }

    /// Feeds and drains at once, so that neither side can block the other on a full pipe.
    private static func exchange(
        _ input: [UInt8], over toChild: borrowing Pipe, and fromChild: borrowing Pipe, with program: FilePath
    ) throws(SystemError) -> [UInt8] {
        var output: [UInt8] = []
        var sent = 0
        var chunk = [UInt8](repeating: 0, count: 65536)
        signal(SIGPIPE, SIG_IGN)  // a child that does not read its input is not our death
        _ = fcntl(toChild.writeEnd, F_SETFL, O_NONBLOCK)
        if input.isEmpty { toChild.closeWriteEnd() }
        while true {
            let writing = sent < input.count
            var waiting = [pollfd(fd: fromChild.readEnd, events: Int16(POLLIN), revents: 0)]
            if writing { waiting.append(pollfd(fd: toChild.writeEnd, events: Int16(POLLOUT), revents: 0)) }
            try check("wait for \(program)") { unsafe poll(&waiting, nfds_t(waiting.count), -1) }
            if writing, waiting[1].revents != 0 {
                let count = unsafe input[sent...].withUnsafeBytes {
                    unsafe Glibc.write(toChild.writeEnd, $0.baseAddress, $0.count)
                }
                if count > 0 { sent += count }
                let refused = count < 0 && ![EAGAIN, EINTR].contains(Glibc.errno)
                if refused { sent = input.count }
                if sent == input.count { toChild.closeWriteEnd() }
            }
            if waiting[0].revents != 0 {
                let count = unsafe Glibc.read(fromChild.readEnd, &chunk, chunk.count)
                if count == 0 { return output }
                if count > 0 { output += chunk[..<count] }
                if count < 0, Glibc.errno != EINTR { throw .last("read from \(program)") }
                guard output.count <= 16 << 20 else { throw SystemError("read from \(program)", .fileTooLarge) }
            }
        }
    }

    private static func wait(for child: pid_t, _ program: FilePath) throws(SystemError) -> Int32 {
        var status: Int32 = 0
        try check("wait for \(program)") { unsafe waitpid(child, &status, 0) }
        return status
    }

    private static func spawn(
        _ program: FilePath, arguments: [String], environment: [String], standardInput: Int32, standardOutput: Int32
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, standardInput, STDIN_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, standardOutput, STDOUT_FILENO)
        var argumentVector = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var environmentVector = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            unsafe (argumentVector + environmentVector).forEach { unsafe free($0) }
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        giveSignalsOfItsOwn(&attributes)
        var child: pid_t = 0
        var failure = ETXTBSY
        for attempt in 0..<busyAttempts where failure == ETXTBSY {
            if attempt > 0 { sleep(1) }
            failure = unsafe posix_spawn(
                &child, program.string, &actions, &attributes, &argumentVector, &environmentVector)
        }
        guard failure == 0 else { throw SystemError("run \(program)", Errno(rawValue: failure)) }
        return child
    }

    /// A program that is just being installed cannot be run for a moment; the CNI library tries as often.
    private static let busyAttempts = 6

    /// Whatever this process ignores or blocks, its children, and daemons that they start, would ignore or block too.
    ///
    /// A process group of its own keeps a Ctrl-C, which is for us to answer, from cutting a plugin short.
    private static func giveSignalsOfItsOwn(_ attributes: inout posix_spawnattr_t) {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    }
}
