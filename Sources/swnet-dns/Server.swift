// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetResolver
internal import SwnetState

/// The resolver with sockets and a clock: waits for events, hands each to ``Resolver``, and does what that says.
final class Server {
    /// How long it stays for the endpoint that it was started for, in milliseconds.
    private static let grace = 10_000
    /// How often connections are looked through for idle ones, in milliseconds.
    private static let sweepInterval = 1000

    let layout: StateLayout
    let boot: String
    let started = Timestamp.now()
    let sources: EventSources
    let gateways: Gateways
    let connections: Connections
    let control: StreamListener
    let signals: SignalDescriptor
    var watch: StateWatch
    var resolver = Resolver()
    var hostServers: HostServers
    var random = SystemRandomNumberGenerator()
    /// Exchanges with servers, by what the resolver calls them.
    var exchanges: [ExchangeID: UInt64] = [:]
    var callers: [UInt64: Caller] = [:]
    /// Why a network is not served.
    var failures: [NetworkName: String] = [:]
    /// Datagrams that came in and go out.
    var batch = DatagramBatch()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    /// Room for answers that take no more than that.
    var directAnswer: [UInt8] = []
    /// Whose socket the batch goes out of.
    var sender: Gateway?
    /// Milliseconds of the monotonic clock, as of the current event.
    var now = MonotonicClock.milliseconds()
    var isStopping = false
    private let begin = MonotonicClock.milliseconds()
    var hasSynchronized = false
    private var nextSweep = 0

    /// - Parameter control: Where programs of this host connect.
    /// - Throws: when the state directory cannot be watched.
    init(_ layout: StateLayout, _ options: Options, control: consuming StreamListener) throws(SystemError) {
        self.layout = layout
        boot = try BootIdentity.current()
        hostServers = HostServers(options.resolvConf)
        sources = try EventSources()
        gateways = Gateways(sources)
        connections = Connections(sources)
        signals = try SignalDescriptor()
        watch = try StateWatch(layout)
        self.control = control
        try sources.add(signals.descriptor, token: sources.makeToken(), .signals)
        try sources.add(watch.inotify.descriptor, token: sources.makeToken(), .state)
        try sources.add(self.control.descriptor, token: sources.makeToken(), .control)
    }

    /// Serves until nobody needs it any more, or it is told to end.
    func run() throws(SystemError) {
        while !isStopping {
            try sources.wait(timeout: timeout) { event in
                now = MonotonicClock.milliseconds()
                handle(event)
                flushDatagrams()
            }
            now = MonotonicClock.milliseconds()
            letTimePass()
            flushDatagrams()
        }
    }

    var time: MonotonicTime { MonotonicTime(milliseconds: now) }

    /// Until something has to be done by the clock.
    private var timeout: Int? {
        var next: Int?
        func take(_ moment: Int) { next = min(next ?? moment, moment) }
        if let deadline = resolver.nextDeadline { take(deadline.milliseconds) }
        if connections.count > 0 { take(nextSweep) }
        if !hasSynchronized { take(begin + Self.grace) }
        return next.map { max(0, $0 - MonotonicClock.milliseconds()) }
    }

    private func letTimePass() {
        if let deadline = resolver.nextDeadline, deadline.milliseconds <= now {
            perform(resolver.advance(to: time, using: &random))
        }
        if nextSweep <= now {
            connections.sweep(at: now)
            nextSweep = now + Self.sweepInterval
        }
        if !hasSynchronized, begin + Self.grace <= now {
            hasSynchronized = true
            stopIfUnneeded()
        }
    }

    /// The last endpoint takes the resolver with it. One that has just started waits for the endpoint that it is for.
    func stopIfUnneeded() {
        guard hasSynchronized, resolver.zones.networks.allSatisfy({ resolver.zones.isEmpty($0) }) else { return }
        isStopping = true
    }

    private func handle(_ event: EventPoll.Event) {
        switch sources[event.token] {
        case .signals: takeSignals()
        case .state: takeChanges()
        case .control: acceptCallers()
        case .caller(let caller): serve(caller)
        case .datagrams(let gateway): receive(at: gateway)
        case .listener(let gateway): accept(at: gateway)
        case .connection(let connection): serve(connection)
        case .datagramExchange(let exchange): receive(for: exchange)
        case .streamExchange(let exchange): goOn(with: exchange, event.token)
        // Closed by an event before this one.
        case nil: break
        }
    }

    private func takeSignals() {
        while let request = signals.take() {
            switch request {
            case .stop: isStopping = true
            case .reload: readEverything()
            }
        }
    }
}
