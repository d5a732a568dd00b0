// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import SystemPackage

/// The second half of a program that lets its starter go on: what runs in the background, until it says that it is ready
/// with what was asked for.
package struct BackgroundProcess: ~Copyable {
    /// On which side of the fork the caller is.
    package enum Side: ~Copyable {
        /// The one that was started; nil when the background is ready, else the exit status that it ended with.
        case starter(Int32?)
        case background(BackgroundProcess)
    }

    private let news: OwnedDescriptor

    /// Forks, so the process must have one thread. The background is in a session of its own, reads nothing, and keeps
    /// standard output and error for what it has to say until it is ready.
    ///
    /// Returns to the starter when the background is ready or gone.
    package static func fork() throws(SystemError) -> Side {
        var ends: [Int32] = [-1, -1]
        try check("create a pipe") { unsafe pipe(&ends) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let child = Glibc.fork()
        let failure = SystemError.last("fork")
        let incoming = OwnedDescriptor(adopting: ends[0])
        let outgoing = OwnedDescriptor(adopting: ends[1])
        guard child >= 0 else { throw failure }
        guard child == 0 else {
            close(outgoing.release())
            return .starter(try wait(for: child, incoming))
        }
        close(incoming.release())
        setsid()
        redirect("/dev/null", O_RDONLY, to: [STDIN_FILENO])
        return .background(BackgroundProcess(news: outgoing))
    }

    private static func wait(for child: Int32, _ incoming: consuming OwnedDescriptor) throws(SystemError) -> Int32? {
        guard try incoming.readToEnd(limit: 64, "news of a process").isEmpty else { return nil }
        var status: Int32 = 0
        try check("wait for process \(child)") { unsafe waitpid(child, &status, 0) }
        return HeldSignals.exitStatus(ofWait: status)
    }

    /// Lets the starter go. From here on, what is said goes to the end of the file at `output`.
    package consuming func becomeReady(output: FilePath) {
        Self.redirect(output.string, O_WRONLY | O_APPEND | O_CREAT, to: [STDOUT_FILENO, STDERR_FILENO])
        let raw = news.rawValue
        // A starter that is gone needs no news.
        _ = unsafe write(raw, [1], 1)
    }

    private static func redirect(_ path: String, _ mode: Int32, to streams: [Int32]) {
        let opened = unsafe open(path, mode | O_CLOEXEC, 0o600)
        guard opened >= 0 else { return }
        for stream in streams { dup2(opened, stream) }
        if opened > STDERR_FILENO { close(opened) }
    }
}
