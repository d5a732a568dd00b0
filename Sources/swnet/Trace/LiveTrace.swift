// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// Sends one real packet, and lets the kernel tell which rules of the host it meets.
struct LiveTrace: ~Copyable {
    private let flow: TraceFlow
    private let transport: L4Protocol
    private let port: Port
    private(set) var report: TraceReport
    private let ruleset: Ruleset
    private var monitor: TraceMonitor
    private var hasDropped = false

    /// Longest wait for an answer, and for more news when there was some, in milliseconds.
    private static let patience = (answer: 1500, news: 200)

    /// - Parameter host: Whose rules are watched; that of the calling thread.
    init(_ flow: TraceFlow, host: borrowing TraceNamespace) throws {
        if case .outside = flow.origin {
            throw Failure("a real packet can be sent from a container or the host only: leave out --live")
        }
        guard let transport = flow.target.transport.withPorts, transport != .sctp, let port = flow.target.port else {
            throw Failure("a real packet needs a port of TCP or UDP: give one, or leave out --live")
        }
        let monitor = try TraceMonitor()
        self.flow = flow
        self.transport = transport
        self.port = port
        report = TraceReport(flow.question)
        ruleset = host.ruleset
        self.monitor = monitor
    }

    /// - Parameter host: Where a sender of the host gets its address from.
    mutating func run(_ host: inout TraceNamespace, stop: borrowing StopSignal) throws {
        let source = try source(&host)
        let probe = try openProbe(from: source)
        let marked = FlowMarker.Flow(transport, from: source, probe.port, to: flow.destination, port.rawValue)
        let marker = try FlowMarker(marked, table: "swnet-trace-\(ProcessContext.processID)")
        report.add(.passed, flow.origin.name, "sends a real packet from \(source) port \(probe.port)")
        do throws(SystemError) { try probe.start(to: flow.destination, port: port.rawValue) } catch {
            report.add(.dropped, flow.origin.name, "\(error)")
            return
        }
        conclude(try watch(probe, stop))
        extendLifetime(marker)
    }

    /// The address that goes with the route, unless one was asked for.
    private func source(_ host: inout TraceNamespace) throws -> IPAddress {
        if let source = flow.source { return source }
        guard case .sandbox(let views) = flow.origin else { return try Self.source(in: &host, flow.destination) }
        var sandbox = try Self.open(views)
        return try Self.source(in: &sandbox, flow.destination)
    }

    private func openProbe(from source: IPAddress) throws -> ProbeSocket {
        guard case .sandbox(let views) = flow.origin else { return try ProbeSocket(transport, from: source) }
        return try Self.open(views).probe(transport, from: source)
    }

    private static func open(_ views: [EndpointView]) throws -> TraceNamespace {
        guard let view = views.first else { throw Failure("the container has no endpoint") }
        return try TraceNamespace(NetworkNamespace(path: FilePath(view.sandbox)), named: "sandbox \(view.title)")
    }

    private static func source(in namespace: inout TraceNamespace, _ destination: IPAddress) throws -> IPAddress {
        let route = try namespace.kernel.route(to: destination)
        guard let source = route.source else { throw Failure("no address of \(namespace.name) reaches \(destination)") }
        return source
    }

    /// Takes news until the end is known, or nothing comes any more.
    private mutating func watch(_ probe: borrowing ProbeSocket, _ stop: borrowing StopSignal) throws
        -> ProbeSocket.Outcome
    {
        let poll = try EventPoll()
        try monitor.watch(by: poll, token: 0)
        try poll.add(probe.descriptor, for: transport == .udp ? .reading : .writing, token: 1)
        let start = MonotonicClock.milliseconds()
        var outcome: ProbeSocket.Outcome?
        var last = start
        while !stop.hasCome() {
            for message in try monitor.take() {
                note(message)
                last = MonotonicClock.milliseconds()
            }
            if outcome == nil, let known = probe.outcome() { (outcome, last) = (known, MonotonicClock.milliseconds()) }
            let now = MonotonicClock.milliseconds()
            let isDecided = outcome != nil || hasDropped
            if now - start > Self.patience.answer || isDecided && now - last > Self.patience.news { break }
            // The probe stays ready once it is; then only time matters.
            if outcome == nil { try poll.wait(timeout: 50) { _ in } } else { pause(milliseconds: 10) }
        }
        return outcome ?? .silent
    }

    private mutating func note(_ message: TraceMessage) {
        let place = "\(message.table.family.text) \(message.table.name) \(message.chain)"
        // Our own mark, and chains that say nothing.
        guard !message.table.name.hasPrefix("swnet-trace-") else { return }
        let verdict = message.verdict.map { "\($0)" } ?? "continue"
        let rule = message.handle.flatMap { ruleset.rule($0, of: message.chain, in: message.table) }
        let isDrop = message.verdict == .drop
        switch message.kind {
        case .rule:
            let text = rule.map { "'\($0.text)'" } ?? "rule \(message.handle ?? 0)"
            report.add(isDrop ? .dropped : .passed, place, "\(text): \(verdict)")
        case .policy: report.add(isDrop ? .dropped : .passed, place, "policy \(verdict)")
        case .return: return
        }
        hasDropped = hasDropped || isDrop
    }

    private mutating func conclude(_ outcome: ProbeSocket.Outcome) {
        let target = "\(flow.destination) port \(port)"
        switch outcome {
        case .answered: report.add(.delivered, flow.origin.name, "\(target) answered")
        case .refused(let error):
            // A refusal is an answer of the other end, unless a rule gave it.
            let kind: TraceReport.Kind = error == .connectionRefused && !hasDropped ? .refused : .dropped
            report.add(kind, flow.origin.name, "\(target): \(error)")
        case .silent where transport == .udp && !hasDropped:
            report.add(.delivered, flow.origin.name, "no rule dropped it; \(target) did not answer, as UDP may")
        case .silent: report.add(.dropped, flow.origin.name, "\(target) did not answer")
        }
    }
}
