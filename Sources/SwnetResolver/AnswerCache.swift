// SPDX-License-Identifier: Apache-2.0
internal import DNSWire

/// Which answers are the same for everybody: a question, who answers it, and the flags that change the answer.
struct LookupKey: Hashable, Sendable {
    let question: Question
    /// None stand for the host's servers.
    let upstreams: [Upstream]
    let isDNSSECWanted: Bool
    let isCheckingDisabled: Bool
}

/// What servers said, for as long as they allowed, and no more of it than there is room for.
///
/// The answer that has to go is the first since the last one that nobody asked for in the meantime.
struct AnswerCache: Sendable {
    /// In seconds, whatever the answer says. RFC 2308 section 5 for the negative one.
    private static let longestPositive: UInt32 = 86400
    private static let longestNegative: UInt32 = 10800
    /// Octets of the largest answer that is kept.
    private static let largest = 4096

    private struct Entry: Sendable {
        let octets: [UInt8]
        let stored: MonotonicTime
        let expires: MonotonicTime
        let slot: Int
        var isRecent = false
    }

    private let limits: ResolverLimits
    private var entries: [LookupKey: Entry] = [:]
    private var ring: [LookupKey?] = []
    private var hand = 0
    private(set) var octets = 0

    init(_ limits: ResolverLimits) { self.limits = limits }

    var count: Int { entries.count }

    /// The answer with what is left of its times; nil when there is none that still holds.
    mutating func answer(to key: LookupKey, at now: MonotonicTime) -> Message? {
        guard let entry = entries[key] else { return nil }
        guard now < entry.expires else {
            remove(key)
            return nil
        }
        entries[key]?.isRecent = true
        // What is in the cache was written by us.
        guard var message = try? Message(decoding: entry.octets) else { return nil }
        let age = UInt32(clamping: (now.milliseconds - entry.stored.milliseconds) / 1000)
        message.age(by: age)
        return message
    }

    mutating func store(_ message: Message, for key: LookupKey, at now: MonotonicTime) {
        guard let seconds = Self.timeToLive(of: message), limits.cachedAnswers > 0 else { return }
        let bytes = message.encoded()
        guard bytes.count <= min(Self.largest, limits.cachedOctets) else { return }
        remove(key)
        guard let slot = makeRoom(for: bytes.count) else { return }
        ring[slot] = key
        octets += bytes.count
        let expires = now.advanced(milliseconds: Int(seconds) * 1000)
        entries[key] = Entry(octets: bytes, stored: now, expires: expires, slot: slot)
    }

    /// For servers that are no longer asked.
    mutating func removeAll() { self = AnswerCache(limits) }

    private mutating func remove(_ key: LookupKey) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        octets -= entry.octets.count
        ring[entry.slot] = nil
    }

    /// A free place in the ring.
    private mutating func makeRoom(for count: Int) -> Int? {
        if ring.count < limits.cachedAnswers, octets + count <= limits.cachedOctets {
            ring.append(nil)
            return ring.count - 1
        }
        // Twice around: the first round may only find answers that were asked for.
        var free: Int?
        for _ in 0..<(2 * ring.count + 1) {
            if octets + count <= limits.cachedOctets, let free { return free }
            hand = (hand + 1) % ring.count
            if let key = ring[hand] {
                if entries[key]?.isRecent == true {
                    entries[key]?.isRecent = false
                    continue
                }
                remove(key)
            }
            free = hand
        }
        return octets + count <= limits.cachedOctets ? free : nil
    }

    /// In seconds; nil for what must not be kept. RFC 2308 sections 4 and 5, RFC 2181 section 5.2.
    static func timeToLive(of message: Message) -> UInt32? {
        guard !message.header.isTruncated else { return nil }
        let isNegative = message.isNegative
        guard message.responseCode == .noError || isNegative else { return nil }
        let records = message.answers + message.authorities + message.additionals
        guard var shortest = records.map(\.timeToLive).min() else { return nil }
        if isNegative {
            guard let silence = message.negativeTimeToLive else { return nil }
            shortest = min(shortest, silence, longestNegative)
        }
        return shortest > 0 ? min(shortest, longestPositive) : nil
    }
}

extension Message {
    /// NXDOMAIN or NODATA, behind aliases or not. RFC 2308 section 2.
    var isNegative: Bool {
        if responseCode == .nameError { return true }
        guard responseCode == .noError, let question else { return false }
        return !answers.contains { question.type == .any || $0.type == question.type }
    }

    /// In seconds, as the SOA record says; nil without one. RFC 2308 section 5.
    var negativeTimeToLive: UInt32? {
        for record in authorities {
            if case .soa(let soa) = record.data { return min(record.timeToLive, soa.minimum) }
        }
        return nil
    }

    /// Takes the seconds that went by from every record, and from a negative answer what its SOA record does not allow.
    mutating func age(by seconds: UInt32) {
        if isNegative, let silence = negativeTimeToLive {
            for index in authorities.indices where authorities[index].type == .soa {
                authorities[index].timeToLive = min(authorities[index].timeToLive, silence)
            }
        }
        func aged(_ records: [ResourceRecord]) -> [ResourceRecord] {
            records.map { record in
                var record = record
                record.timeToLive -= min(record.timeToLive, seconds)
                return record
            }
        }
        answers = aged(answers)
        authorities = aged(authorities)
        additionals = aged(additionals)
    }
}
