// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
internal import SystemPackage

/// The signals that ask a supervisor for something, held back so that it never dies half-way through its work.
///
/// They stay blocked until the process ends; ``restore()`` undoes that for a program that is to get its own signals.
package struct HeldSignals: Sendable {
    /// Those that end a program that does not handle them.
    private static let ending = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]
    private static let others = [SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH, SIGCHLD]

    private let previous: sigset_t

    /// Blocks the signals for this process, which has one thread.
    package init() {
        var held = Self.set(Self.ending + Self.others)
        var previous = sigset_t()
        unsafe sigprocmask(SIG_BLOCK, &held, &previous)
        self.previous = previous
    }

    /// The mask as it was, and the usual answer to a closed pipe, for a program about to be executed.
    func restore() {
        var previous = previous
        unsafe sigprocmask(SIG_SETMASK, &previous, nil)
        signal(SIGPIPE, SIG_DFL)
    }

    /// The number of an ending signal that came since they are held; nil when none did.
    package func takeEnding() -> Int32? {
        var ending = Self.set(Self.ending)
        var information = unsafe siginfo_t()
        var noTime = timespec()
        let signal = unsafe sigtimedwait(&ending, &information, &noTime)
        return signal > 0 ? signal : nil
    }

    /// Hands signals on to `child` until it ends; returns its exit status, 128 and the number of the signal that ended it.
    ///
    /// What a terminal sends reaches the child by itself, since it is in the same process group.
    package func relay(to child: Int32) throws(SystemError) -> Int32 {
        var held = Self.set(Self.ending + Self.others)
        while true {
            if let status = try Self.endOf(child) { return status }
            var information = unsafe siginfo_t()
            let signal = try check("wait for a signal") { unsafe sigwaitinfo(&held, &information) }
            // SI_USER and what is below it; the kernel's own codes are positive.
            let sentByProcess = unsafe information.si_code <= 0
            if signal != SIGCHLD, sentByProcess { kill(child, signal) }
        }
    }

    private static func endOf(_ child: Int32) throws(SystemError) -> Int32? {
        var status: Int32 = 0
        let ended = try check("wait for process \(child)") { unsafe waitpid(child, &status, WNOHANG) }
        return ended == child ? exitStatus(ofWait: status) : nil
    }

    /// What a shell calls the exit status: 128 and the number of the signal, when one ended the process.
    static func exitStatus(ofWait status: Int32) -> Int32 {
        let signal = swnet_wait_signal(status)
        return signal == 0 ? swnet_wait_exit_status(status) : 128 + signal
    }

    private static func set(_ signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }
}
