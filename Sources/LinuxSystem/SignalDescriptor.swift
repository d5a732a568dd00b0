// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// Signals that are read like a file instead of interrupting. signalfd(2).
package struct SignalDescriptor: ~Copyable {
    package enum Request: Sendable {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGHUP.
        case reload
    }

    package let descriptor: OwnedDescriptor

    /// Blocks the signals for this process, which has one thread, and ignores SIGPIPE.
    package init() throws(SystemError) {
        signal(SIGPIPE, SIG_IGN)
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&set, signal) }
        unsafe sigprocmask(SIG_BLOCK, &set, nil)
        descriptor = OwnedDescriptor(
            adopting: try check("make a signal descriptor") { unsafe swnet_signal_descriptor(&set) })
    }

    /// The next signal that came; nil when none did.
    package borrowing func take() -> Request? {
        let number = swnet_read_signal(descriptor.rawValue)
        return number <= 0 ? nil : number == SIGHUP ? .reload : .stop
    }
}
