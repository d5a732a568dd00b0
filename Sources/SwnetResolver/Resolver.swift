// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
package import NetworkTypes

/// Answers questions: about names of this host's networks by itself, about others by asking servers.
///
/// Has no sockets and no clock. Every event returns what to do; a caller that does it and brings back what happens, and
/// calls ``advance(to:using:)`` at ``nextDeadline``, leaves nobody who may ask without an answer.
package struct Resolver: Sendable {
    /// How many questions ended in which way.
    package struct Counters: Hashable, Sendable {
        package internal(set) var queries = 0
        package internal(set) var local = 0
        package internal(set) var cached = 0
        package internal(set) var forwarded = 0
        package internal(set) var refused = 0
        package internal(set) var malformed = 0
        package internal(set) var failed = 0
    }

    package var zones = Zones()
    package private(set) var counters = Counters()
    /// The host's servers, for networks without their own.
    package private(set) var upstreams: [Upstream] = []

    private let limits: ResolverLimits
    private var cache: AnswerCache
    private var forwarder: Forwarder
    private var direct = DirectAnswers()
    private var rotation = 0

    package init(limits: ResolverLimits = ResolverLimits()) {
        self.limits = limits
        cache = AnswerCache(limits)
        forwarder = Forwarder(limits)
    }

    /// When ``advance(to:using:)`` has something to do; nil while nobody waits.
    package var nextDeadline: MonotonicTime? { forwarder.nextDeadline }

    /// Questions that wait for servers, and answers that are remembered.
    package var occupancy: (lookups: Int, cachedAnswers: Int) { (forwarder.count, cache.count) }

    /// Whether questions from `address` are answered at all: those of sandboxes on a network, and the host's.
    package func mayAsk(_ address: IPAddress, on network: NetworkName) -> Bool {
        zones.asker(address, on: network) != nil
    }

    /// Changes the host's servers. What the old ones said is forgotten, since others may know other names.
    package mutating func setUpstreams(_ upstreams: [Upstream]) {
        guard upstreams != self.upstreams else { return }
        self.upstreams = upstreams
        cache.removeAll()
        forwarder.forgetHealth()
    }

    /// Answers a datagram at once, without taking memory, when it is a plain question about a name of this host.
    ///
    /// - Parameter answer: Takes the place of what it holds, and only when there is one.
    /// - Returns: False for everything else, which ``receiveQuery(_:count:from:at:using:)`` has to be given.
    package mutating func answerDirectly(
        _ bytes: [UInt8], count: Int? = nil, from address: IPAddress, on network: NetworkName,
        into answer: inout [UInt8]
    ) -> Bool {
        guard let query = PlainQuery(bytes, count: count) else { return false }
        let limit = datagramLimit(query.payloadSize)
        let next = (rotation + 1) & 0xffff
        guard
            direct.answer(
                DirectAnswers.Asked(query: query, bytes: bytes, limit: limit), from: address, on: network,
                zones: zones, rotation: next, into: &answer)
        else { return false }
        rotation = next
        counters.queries += 1
        counters.local += 1
        return true
    }

    /// Takes a datagram, or a message from a connection.
    ///
    /// - Parameter count: Octets of `bytes` that are the message; nil for all.
    package mutating func receiveQuery(
        _ bytes: [UInt8], count: Int? = nil, from client: Client, at now: MonotonicTime,
        using random: inout some RandomNumberGenerator
    ) -> [ResolverAction] {
        counters.queries += 1
        let query: Message
        do throws(DNSWireError) { query = try Message(decoding: bytes, count: count) } catch {
            return malformed(bytes, count, client)
        }
        // An answer to an answer would go on for ever.
        if query.header.isResponse {
            counters.malformed += 1
            return []
        }
        guard let asker = zones.asker(client.address, on: client.network) else {
            return reply(.refused, to: query, client)
        }
        if let code = unsupported(query) { return reply(Reply(code: code), to: query, client) }
        guard let question = query.question else { return [] }
        rotation = (rotation + 1) & 0xffff
        switch AnswerPolicy(zones: zones, rotation: rotation).decide(question, asker) {
        case .reply(let reply): return self.reply(reply, to: query, client)
        case .forward(let servers):
            // Who wants no recursion wants to know what others asked.
            guard query.header.isRecursionDesired else { return reply(.refused, to: query, client) }
            return forward(query, question, to: servers, client, at: now, using: &random)
        }
    }

    /// Takes octets that came for an exchange.
    ///
    /// - Parameter sender: Whom they came from.
    package mutating func receiveAnswer(
        _ bytes: [UInt8], count: Int? = nil, for exchange: ExchangeID, from sender: Upstream, at now: MonotonicTime,
        using random: inout some RandomNumberGenerator
    ) -> [ResolverAction] {
        var actions: [ResolverAction] = []
        let outcome = forwarder.receive(
            bytes, count: count, for: exchange, from: sender, at: now, using: &random, &actions)
        if let outcome { finish(outcome, at: now, &actions) }
        return actions
    }

    /// Takes that the server of an exchange cannot be reached, or that the connection ended without an answer.
    package mutating func exchangeFailed(
        _ exchange: ExchangeID, at now: MonotonicTime, using random: inout some RandomNumberGenerator
    ) -> [ResolverAction] {
        var actions: [ResolverAction] = []
        if let outcome = forwarder.fail(exchange, at: now, using: &random, &actions) {
            finish(outcome, at: now, &actions)
        }
        return actions
    }

    /// Lets time go by.
    package mutating func advance(
        to now: MonotonicTime, using random: inout some RandomNumberGenerator
    ) -> [ResolverAction] {
        var actions: [ResolverAction] = []
        for outcome in forwarder.advance(to: now, using: &random, &actions) { finish(outcome, at: now, &actions) }
        return actions
    }
}

extension Resolver {
    /// What a query wants that this resolver has not got; nil when it is a plain question.
    private func unsupported(_ query: Message) -> ResponseCode? {
        if query.header.opcode != .query { return .notImplemented }
        if let edns = query.edns, edns.version > EDNS.supportedVersion { return .badVersion }
        guard let question = query.question, question.type.rawValue != 0, question.type != .opt else {
            return .formatError
        }
        return nil
    }

    /// FORMERR for who may ask, and whose header can be read. RFC 1035 section 4.1.1.
    private mutating func malformed(_ bytes: [UInt8], _ count: Int?, _ client: Client) -> [ResolverAction] {
        counters.malformed += 1
        guard let header = try? Header(decoding: bytes, count: count), !header.isResponse,
            zones.asker(client.address, on: client.network) != nil
        else { return [] }
        return [.answer(client, Message(header: header).response(.formatError).encoded(limit: 512))]
    }

    private mutating func forward(
        _ query: Message, _ question: Question, to servers: [Upstream], _ client: Client, at now: MonotonicTime,
        using random: inout some RandomNumberGenerator
    ) -> [ResolverAction] {
        let key = LookupKey(
            question: question, upstreams: servers, isDNSSECWanted: query.edns?.isDNSSECWanted ?? false,
            isCheckingDisabled: query.header.isCheckingDisabled)
        if let message = cache.answer(to: key, at: now) {
            counters.cached += 1
            return [.answer(client, encode(message, for: query, client))]
        }
        let usable = (servers.isEmpty ? upstreams : servers).filter { !zones.isOwn($0.address) }
        var actions: [ResolverAction] = []
        let hasBegun = forwarder.begin(
            key, to: usable, for: Lookup.Waiter(client: client, query: query), at: now, using: &random, &actions)
        guard hasBegun else { return reply(.serverFailure, to: query, client) }
        counters.forwarded += 1
        return actions
    }

    /// Tells everybody who waited.
    private mutating func finish(
        _ outcome: Forwarder.Outcome, at now: MonotonicTime, _ actions: inout [ResolverAction]
    ) {
        if let answer = outcome.answer { cache.store(answer, for: outcome.lookup.key, at: now) }
        for waiter in outcome.lookup.waiters {
            if let answer = outcome.answer {
                actions.append(.answer(waiter.client, encode(answer, for: waiter.query, waiter.client)))
            } else {
                actions += reply(.serverFailure, to: waiter.query, waiter.client)
            }
        }
    }

    private mutating func reply(_ reply: Reply, to query: Message, _ client: Client) -> [ResolverAction] {
        switch reply.code {
        case .noError, .nameError: counters.local += 1
        case .refused: counters.refused += 1
        case .serverFailure: counters.failed += 1
        default: counters.malformed += 1
        }
        var message = query.response()
        message.header.isAuthoritative = reply.isAuthoritative
        message.answers = reply.answers
        message.authorities = reply.authorities
        return [.answer(client, encode(message, code: reply.code, to: query, client))]
    }

    /// A server's answer as an answer to this query: its id, its spelling, and what it can take.
    private func encode(_ answer: Message, for query: Message, _ client: Client) -> [UInt8] {
        var message = query.response()
        message.answers = answer.answers
        message.authorities = answer.authorities
        message.additionals = answer.additionals
        if let name = query.question?.name {
            for index in message.answers.indices where message.answers[index].name == name {
                message.answers[index].name = name
            }
        }
        // Only for who asked for it. RFC 6840 section 5.8.
        message.header.isAuthenticData =
            answer.header.isAuthenticData && (query.header.isAuthenticData || query.edns?.isDNSSECWanted == true)
        return encode(message, code: answer.responseCode, to: query, client)
    }

    private func encode(
        _ message: consuming Message, code: ResponseCode, to query: Message, _ client: Client
    ) -> [UInt8] {
        message.header.isRecursionAvailable = true
        if let edns = query.edns {
            message.edns = EDNS(payloadSize: Forwarder.payloadSize)
            message.edns?.isDNSSECWanted = edns.isDNSSECWanted
        }
        message.responseCode = code
        return message.encoded(
            limit: client.transport == .tcp ? MessageWriter.maximumLimit : datagramLimit(query.edns?.payloadSize))
    }

    private func datagramLimit(_ payloadSize: UInt16?) -> Int {
        min(Int(payloadSize ?? UInt16(MessageWriter.minimumLimit)), limits.datagram)
    }
}
