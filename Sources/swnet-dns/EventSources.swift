// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem

/// What an event is about.
enum EventSource {
    case signals
    case state
    case control
    case caller(Caller)
    case datagrams(Gateway)
    case listener(Gateway)
    case connection(Connection)
    case datagramExchange(DatagramExchange)
    case streamExchange(StreamExchange)
}

/// The descriptors that are waited for. A number is never used twice, so an event that was on its way when its
/// descriptor was closed is about nothing, and not about another one.
final class EventSources {
    private let poll: EventPoll
    private var sources: [UInt64: EventSource] = [:]
    private var lastToken: UInt64 = 0

    init() throws(SystemError) { poll = try EventPoll() }

    subscript(token: UInt64) -> EventSource? { sources[token] }

    /// A number for ``add(_:for:token:_:)``.
    func makeToken() -> UInt64 {
        lastToken += 1
        return lastToken
    }

    func add(
        _ descriptor: borrowing OwnedDescriptor, for readiness: EventPoll.Readiness = .reading, token: UInt64,
        _ source: EventSource
    ) throws(SystemError) {
        try poll.add(descriptor, for: readiness, token: token)
        sources[token] = source
    }

    /// Failure to do so is found out when the descriptor is used.
    func watch(_ descriptor: borrowing OwnedDescriptor, for readiness: EventPoll.Readiness, token: UInt64) {
        do throws(SystemError) { try poll.modify(descriptor, for: readiness, token: token) } catch {}
    }

    /// The descriptor is closed with what holds it.
    func remove(_ token: UInt64) { sources[token] = nil }

    func wait(timeout: Int?, _ body: (EventPoll.Event) -> Void) throws(SystemError) {
        try poll.wait(timeout: timeout, body)
    }
}
