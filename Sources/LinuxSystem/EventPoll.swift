// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// Waits for many descriptors at once. epoll(7), level-triggered.
package struct EventPoll: ~Copyable {
    /// What a descriptor is ready for.
    package struct Readiness: OptionSet, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let reading = Readiness(rawValue: 1)
        package static let writing = Readiness(rawValue: 4)
        /// An error or the end of the connection: reported whether it was asked for or not.
        package static let failure = Readiness(rawValue: 8 | 16)
    }

    package struct Event: Sendable {
        /// What was given with the descriptor.
        package let token: UInt64
        package let readiness: Readiness
    }

    /// Events taken at once.
    private static let batch = 64

    private let descriptor: OwnedDescriptor

    package init() throws(SystemError) {
        descriptor = OwnedDescriptor(adopting: try check("make an epoll descriptor") { swnet_epoll_create() })
    }

    /// Watches `descriptor` until it is closed or removed.
    package borrowing func add(
        _ descriptor: borrowing OwnedDescriptor, for readiness: Readiness, token: UInt64
    ) throws(SystemError) {
        try control(swnet_epoll_add, descriptor.rawValue, readiness, token)
    }

    /// Watches `descriptor`, which is watched already, for something else.
    package borrowing func modify(
        _ descriptor: borrowing OwnedDescriptor, for readiness: Readiness, token: UInt64
    ) throws(SystemError) {
        try control(swnet_epoll_modify, descriptor.rawValue, readiness, token)
    }

    private borrowing func control(
        _ operation: Int32, _ raw: Int32, _ readiness: Readiness, _ token: UInt64
    ) throws(SystemError) {
        let poll = descriptor.rawValue
        try check("watch a descriptor") { swnet_epoll_control(poll, operation, raw, readiness.rawValue, token) }
    }

    /// Waits for events and hands each of them to `body`.
    ///
    /// - Parameter timeout: Longest wait, in milliseconds; nil waits for ever.
    package borrowing func wait(timeout: Int?, _ body: (Event) -> Void) throws(SystemError) {
        var tokens = [UInt64](repeating: 0, count: Self.batch)
        var ready = [UInt32](repeating: 0, count: Self.batch)
        let limit = timeout.map { Int32(clamping: $0) } ?? -1
        let count = unsafe swnet_epoll_wait(descriptor.rawValue, &tokens, &ready, Int32(Self.batch), limit)
        if count < 0 {
            if Glibc.errno == EINTR { return }
            throw .last("wait for events")
        }
        for index in 0..<Int(count) {
            body(Event(token: tokens[index], readiness: Readiness(rawValue: ready[index])))
        }
    }
}
