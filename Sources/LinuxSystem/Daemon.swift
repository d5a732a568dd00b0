// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import SystemPackage

/// A program that goes on when this one ends.
package enum Daemon {
    /// Starts `program` in a session of its own, with nothing of ours open, and waits until it is ready or gone.
    ///
    /// Its standard error is a pipe that it closes when it is ready.
    ///
    /// - Parameters:
    ///   - environment: `NAME=value` entries, the whole environment of the program.
    ///   - deadline: Longest wait, in milliseconds.
    /// - Returns: What it wrote to standard error: nothing when all is well, else why it did not start.
    /// - Throws: the error of posix_spawn(3) or of the pipe; `ETIMEDOUT` when the deadline passed.
    package static func start(
        _ program: FilePath, arguments: [String], environment: [String], deadline: Int
    ) throws(SystemError) -> String {
        let news = try Pipe()
        try spawn(program, arguments: [program.string] + arguments, environment: environment, news: news.writeEnd)
        news.closeWriteEnd()
        return try listen(to: news, of: program, deadline: deadline)
    }

    private static func listen(
        to news: borrowing Pipe, of program: FilePath, deadline: Int
    ) throws(SystemError) -> String {
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while text.count < 1 << 16 {
            var waiting = pollfd(fd: news.readEnd, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&waiting, 1, Int32(deadline))
            if ready < 0, Glibc.errno == EINTR { continue }
            guard ready > 0 else { throw SystemError("start \(program)", .timedOut) }
            let count = unsafe read(news.readEnd, &chunk, chunk.count)
            if count < 0, Glibc.errno == EINTR { continue }
            guard count > 0 else { break }
            text += chunk[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func spawn(
        _ program: FilePath, arguments: [String], environment: [String], news: Int32
    ) throws(SystemError) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (stream, mode) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_WRONLY)] {
            unsafe posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", mode, 0)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, news, STDERR_FILENO)
        // A runtime waits for the end of pipes that it gave us, and would wait for the daemon's.
        unsafe swnet_spawn_close_from(&actions, STDERR_FILENO + 1)
        var argumentVector = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var environmentVector = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            unsafe (argumentVector + environmentVector).forEach { unsafe free($0) }
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe swnet_spawn_in_own_session(&attributes)
        var child: pid_t = 0
        let failure = unsafe posix_spawn(
            &child, program.string, &actions, &attributes, &argumentVector, &environmentVector)
        guard failure == 0 else { throw SystemError("start \(program)", Errno(rawValue: failure)) }
    }
}

extension Daemon {
    /// Leaves the control groups of who started this process, where that is allowed, so that it does not end with them.
    package static func leaveControlGroups() {
        for line in lines("/proc/self/cgroup") {
            // hierarchy:controllers:path; the second version has no controllers. cgroups(7)
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2] != "/" else { continue }
            let name = parts[1].hasPrefix("name=") ? parts[1].dropFirst(5) : parts[1]
            let roots = name.isEmpty ? ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] : ["/sys/fs/cgroup/\(name)"]
            for root in roots { join(FilePath(root)) }
        }
    }

    /// A hierarchy that is not there, or not ours to change, keeps us.
    private static func join(_ root: FilePath) {
        do throws(SystemError) {
            let members = try OwnedDescriptor(opening: root.appending("cgroup.procs"), .writeOnly)
            try members.writeAll(Array("0".utf8), root.string)
        } catch {}
    }

    private static func lines(_ path: FilePath) -> [Substring] {
        do throws(SystemError) {
            return String(decoding: try File.read(path), as: UTF8.self).split(separator: "\n")
        } catch { return [] }
    }

    /// Tells who waits for this process, at its standard error, that it is ready; nothing is written there any more.
    package static func releaseStandardError() throws(SystemError) {
        let nothing = try OwnedDescriptor(opening: "/dev/null", .writeOnly)
        let raw = nothing.rawValue
        try check("close standard error") { dup2(raw, STDERR_FILENO) }
    }

    /// What is open keeps a file system from being unmounted, the working directory included.
    package static func enter(_ directory: FilePath) throws(SystemError) {
        try check("enter \(directory)") { unsafe directory.withPlatformString { unsafe chdir($0) } }
    }

    /// One arena, and memory that is not used any more goes back to the kernel. mallopt(3).
    package static func useLittleMemory() { swnet_use_little_memory() }

    package static func returnMemory() { swnet_return_memory() }
}
