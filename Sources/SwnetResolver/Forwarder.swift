// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes

/// Questions that servers outside are asked: who, when, and whose answer counts.
///
/// A server that is silent for a second is not given up, but the next one is asked as well, in turn until the time is over.
struct Forwarder: Sendable {
    /// What follows from an event, besides actions.
    struct Outcome: Sendable {
        let lookup: Lookup
        /// Nil when all failed.
        let answer: Message?
    }

    /// In milliseconds. Programs wait five seconds, so they hear of a failure before they give up.
    static let patience = 1000
    static let total = 4500
    /// What this host takes in one datagram; fits every path without fragments. DNS flag day 2020.
    static let payloadSize: UInt16 = 1232

    private let limits: ResolverLimits
    private var lookups: [UInt64: Lookup] = [:]
    private var lookupIDs: [LookupKey: UInt64] = [:]
    private var owners: [ExchangeID: UInt64] = [:]
    private var counts: [IPAddress: Int] = [:]
    private var health = ServerHealth()
    private var lastID: UInt64 = 0

    init(_ limits: ResolverLimits) { self.limits = limits }

    var count: Int { lookups.count }

    var nextDeadline: MonotonicTime? { lookups.values.lazy.map(\.deadline).min() }

    /// Begins a lookup, or joins one that asks the same. Returns false when there are too many.
    mutating func begin(
        _ key: LookupKey, to servers: [Upstream], for waiter: Lookup.Waiter, at now: MonotonicTime,
        using random: inout some RandomNumberGenerator, _ actions: inout [ResolverAction]
    ) -> Bool {
        if let id = lookupIDs[key] {
            guard let waiters = lookups[id]?.waiters.count, waiters < limits.waiters else { return false }
            lookups[id]?.waiters.append(waiter)
            return true
        }
        let owner = waiter.client.address
        guard !servers.isEmpty, lookups.count < limits.lookups, counts[owner, default: 0] < limits.lookupsPerClient
        else { return false }
        lastID += 1
        let id = lastID
        var lookup = Lookup(
            key: key, owner: owner, upstreams: health.order(servers),
            expires: now.advanced(milliseconds: Self.total), waiters: [waiter],
            next: now.advanced(milliseconds: Self.patience))
        if let upstream = lookup.nextServer() { ask(upstream, .udp, &lookup, id, using: &random, &actions) }
        if let upstream = health.serverToTry(servers, at: now), upstream != lookup.upstreams.first {
            ask(upstream, .udp, &lookup, id, using: &random, &actions)
        }
        lookups[id] = lookup
        lookupIDs[key] = id
        counts[owner, default: 0] += 1
        return true
    }

    /// Takes what came from the server of an exchange. Nil when the lookup goes on.
    mutating func receive(
        _ bytes: [UInt8], count: Int?, for exchangeID: ExchangeID, from sender: Upstream, at now: MonotonicTime,
        using random: inout some RandomNumberGenerator, _ actions: inout [ResolverAction]
    ) -> Outcome? {
        guard let id = owners[exchangeID], var lookup = lookups[id], let exchange = lookup.exchanges[exchangeID],
            // Whatever does not read, or answers something else, is somebody's attempt to be believed: wait on.
            sender == exchange.upstream, let message = try? Message(decoding: bytes, count: count),
            message.header.isResponse, message.header.id == exchange.messageID, message.header.opcode == .query,
            message.question == lookup.key.question || message.isBareFailure
        else { return nil }
        health.hasAnswered(exchange.upstream)
        close(exchangeID, &lookup, &actions)
        defer { if lookups[id] != nil { lookups[id] = lookup } }
        if message.header.isTruncated, exchange.transport == .udp {
            ask(exchange.upstream, .tcp, &lookup, id, using: &random, &actions)
            lookup.next = now.advanced(milliseconds: Self.patience)
            return nil
        }
        switch message.responseCode {
        case .formatError where exchange.hasEDNS, .notImplemented where exchange.hasEDNS:
            // RFC 6891 section 7: a server from before EDNS.
            ask(exchange.upstream, exchange.transport, withEDNS: false, &lookup, id, using: &random, &actions)
            return nil
        case .noError, .nameError: return end(id, lookup, message, &actions)
        default: return fail(exchange.upstream, id, &lookup, at: now, using: &random, &actions)
        }
    }

    /// Takes that the server of an exchange cannot be reached, or closed the connection.
    mutating func fail(
        _ exchangeID: ExchangeID, at now: MonotonicTime, using random: inout some RandomNumberGenerator,
        _ actions: inout [ResolverAction]
    ) -> Outcome? {
        guard let id = owners[exchangeID], var lookup = lookups[id], let exchange = lookup.exchanges[exchangeID]
        else { return nil }
        health.isSilent(exchange.upstream, at: now)
        close(exchangeID, &lookup, &actions)
        defer { if lookups[id] != nil { lookups[id] = lookup } }
        return fail(exchange.upstream, id, &lookup, at: now, using: &random, &actions)
    }

    /// Lets time go by.
    mutating func advance(
        to now: MonotonicTime, using random: inout some RandomNumberGenerator, _ actions: inout [ResolverAction]
    ) -> [Outcome] {
        var outcomes: [Outcome] = []
        // In the order in which they began, so that the same events have the same effects.
        for id in lookups.filter({ $0.value.deadline <= now }).keys.sorted() {
            guard var lookup = lookups[id] else { continue }
            for exchange in lookup.exchanges.values { health.isSilent(exchange.upstream, at: now) }
            if lookup.expires <= now {
                outcomes.append(end(id, lookup, nil, &actions))
                continue
            }
            if let upstream = lookup.nextServer() {
                ask(upstream, .udp, &lookup, id, using: &random, &actions)
            }
            lookup.next = now.advanced(milliseconds: Self.patience)
            lookups[id] = lookup
        }
        return outcomes
    }

    /// Forgets which servers were silent, since they are others now.
    mutating func forgetHealth() { health.removeAll() }
}

extension Forwarder {
    private mutating func ask(
        _ upstream: Upstream, _ transport: Client.Transport, withEDNS hasEDNS: Bool = true, _ lookup: inout Lookup,
        _ id: UInt64, using random: inout some RandomNumberGenerator, _ actions: inout [ResolverAction]
    ) {
        lastID += 1
        let exchangeID = ExchangeID(rawValue: lastID)
        let messageID = UInt16.random(in: 0 ... .max, using: &random)
        var query = Message(header: Header(id: messageID), question: lookup.key.question)
        query.header.isRecursionDesired = true
        query.header.isCheckingDisabled = lookup.key.isCheckingDisabled
        // Asks whether the answer was verified, without the signatures. RFC 6840 section 5.7.
        query.header.isAuthenticData = true
        if hasEDNS {
            var edns = EDNS(payloadSize: Self.payloadSize)
            edns.isDNSSECWanted = lookup.key.isDNSSECWanted
            query.edns = edns
        }
        lookup.exchanges[exchangeID] = Lookup.Exchange(
            upstream: upstream, transport: transport, messageID: messageID, hasEDNS: hasEDNS)
        owners[exchangeID] = id
        actions.append(.ask(exchangeID, transport, upstream, query.encoded()))
    }

    private mutating func close(
        _ exchangeID: ExchangeID, _ lookup: inout Lookup, _ actions: inout [ResolverAction]
    ) {
        lookup.exchanges[exchangeID] = nil
        owners[exchangeID] = nil
        actions.append(.close(exchangeID))
    }

    /// Goes on with the next server at once; ends when there is none and no answer to wait for.
    private mutating func fail(
        _ upstream: Upstream, _ id: UInt64, _ lookup: inout Lookup, at now: MonotonicTime,
        using random: inout some RandomNumberGenerator, _ actions: inout [ResolverAction]
    ) -> Outcome? {
        lookup.failed.insert(upstream)
        let asked = Set(lookup.exchanges.values.map(\.upstream))
        if lookup.failed.isSuperset(of: lookup.upstreams) { return end(id, lookup, nil, &actions) }
        if asked.isEmpty, let next = lookup.nextServer() {
            ask(next, .udp, &lookup, id, using: &random, &actions)
            lookup.next = now.advanced(milliseconds: Self.patience)
        }
        return nil
    }

    private mutating func end(
        _ id: UInt64, _ lookup: Lookup, _ answer: Message?, _ actions: inout [ResolverAction]
    ) -> Outcome {
        for exchange in lookup.exchanges.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            owners[exchange] = nil
            actions.append(.close(exchange))
        }
        lookups[id] = nil
        lookupIDs[lookup.key] = nil
        let count = (counts[lookup.owner] ?? 1) - 1
        counts[lookup.owner] = count > 0 ? count : nil
        return Outcome(lookup: lookup, answer: answer)
    }
}

extension Message {
    /// A failure without the question, as some servers send when they could not read it.
    fileprivate var isBareFailure: Bool {
        question == nil && answers.isEmpty && responseCode != .noError && responseCode != .nameError
    }
}
