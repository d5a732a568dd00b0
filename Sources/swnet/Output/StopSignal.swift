// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem

/// What ends a program that runs until it is told to stop: SIGINT, SIGTERM and SIGHUP.
struct StopSignal: ~Copyable {
    private let signals: SignalDescriptor
    /// Wakes up for the signals, and for whatever else is added to it with another token than 0.
    let poll: EventPoll

    /// From here on the signals are taken here.
    init() throws(SystemError) {
        let signals = try SignalDescriptor()
        let poll = try EventPoll()
        try poll.add(signals.descriptor, for: .reading, token: 0)
        self.signals = signals
        self.poll = poll
    }

    /// Whether one came; does not wait.
    func hasCome() -> Bool { signals.take() != nil }

    /// Waits; returns whether the program is to stop.
    mutating func comes(within milliseconds: Int) throws(SystemError) -> Bool {
        let end = MonotonicClock.milliseconds() + milliseconds
        while true {
            let left = end - MonotonicClock.milliseconds()
            if signals.take() != nil { return true }
            if left <= 0 { return false }
            try poll.wait(timeout: left) { _ in }
        }
    }
}
