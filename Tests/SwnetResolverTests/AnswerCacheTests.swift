// SPDX-License-Identifier: Apache-2.0
import DNSWire
import NetworkTypes
import SwnetResolver
import Testing

@Suite struct AnswerCacheTests {
    /// Asks, lets the server answer as `change` has it, and asks again after some seconds.
    private func secondAnswer(
        after seconds: Int, _ change: (inout Message) throws -> Void = { _ in }
    ) throws -> Message? {
        var scene = try Scene()
        let client = try scene.client("10.89.0.2")
        let asked = try #require(scene.ask(try scene.query("example.org"), from: client).asked.first)
        _ = try scene.serve(asked, change)
        scene.now = scene.now.advanced(milliseconds: seconds * 1000)
        return scene.ask(try scene.query("example.org", id: 9), from: client).answers.first
    }

    private func negative(_ code: ResponseCode, ttl: UInt32, minimum: UInt32) -> (inout Message) throws -> Void {
        { message in
            message.answers = []
            message.responseCode = code
            let soa = StartOfAuthority(
                primary: .root, mailbox: .root, serial: 1, refresh: 1, retry: 1, expire: 1, minimum: minimum)
            message.authorities = [ResourceRecord(try domain("org"), timeToLive: ttl, .soa(soa))]
        }
    }

    @Test("an answer is remembered for its TTL, which runs down", arguments: [(0, 60), (1, 59), (59, 1), (60, nil)])
    func positive(seconds: Int, left: UInt32?) throws {
        let answer = try secondAnswer(after: seconds)
        #expect(answer?.answers.first?.timeToLive == left)
        if let answer { #expect(answer.header.id == 9 && answer.addresses == ["198.51.100.7"]) }
    }

    @Test(
        "a negative answer is remembered for the smaller of the SOA record's TTL and minimum",
        arguments: [
            (600, 30, 29, true), (600, 30, 30, false), (20, 300, 19, true), (20, 300, 20, false),
            (100_000, 100_000, 10_799, true), (100_000, 100_000, 10_800, false), (0, 30, 0, false),
        ] as [(UInt32, UInt32, Int, Bool)])
    func negative(ttl: UInt32, minimum: UInt32, seconds: Int, isThere: Bool) throws {
        for code in [ResponseCode.noError, .nameError] {
            let answer = try secondAnswer(after: seconds, negative(code, ttl: ttl, minimum: minimum))
            #expect((answer != nil) == isThere)
            guard let answer else { continue }
            #expect(answer.responseCode == code)
            #expect(answer.authorities.first?.timeToLive == min(ttl, minimum) - UInt32(seconds))
        }
    }

    @Test("what gives no time is not remembered")
    func unlimited() throws {
        #expect(try secondAnswer(after: 0) { $0.answers[0].timeToLive = 0 } == nil)
        #expect(try secondAnswer(after: 0) { $0.answers = [] } == nil)
        #expect(
            try secondAnswer(after: 0) {
                $0.answers = []
                $0.responseCode = .nameError
            } == nil)
    }

    @Test("the shortest TTL counts, and none counts for more than a day")
    func bounds() throws {
        let name = try domain("example.org")
        let short = ResourceRecord(name, timeToLive: 10, .a(IPv4Address(1, 2, 3, 4)))
        #expect(try secondAnswer(after: 9) { $0.answers.append(short) } != nil)
        #expect(try secondAnswer(after: 10) { $0.answers.append(short) } == nil)
        #expect(try secondAnswer(after: 86399) { $0.answers[0].timeToLive = 1_000_000 } != nil)
        #expect(try secondAnswer(after: 86400) { $0.answers[0].timeToLive = 1_000_000 } == nil)
    }

    @Test("other flags, other types and other servers have answers of their own; other servers of the host forget all")
    func keys() throws {
        var scene = try Scene()
        let client = try scene.client("10.89.0.2")
        var query = try scene.query("example.org")
        let asked = try #require(scene.ask(query, from: client).asked.first)
        _ = try scene.serve(asked)
        #expect(scene.ask(query, from: client).answers.count == 1)
        #expect(scene.resolver.counters.cached == 1)
        query.header.isCheckingDisabled = true
        #expect(scene.ask(query, from: client).asked.count == 1)
        query.header.isCheckingDisabled = false
        query.edns = EDNS(payloadSize: 512)
        #expect(scene.ask(query, from: client).answers.count == 1)
        query.edns?.isDNSSECWanted = true
        #expect(scene.ask(query, from: client).asked.count == 1)
        #expect(scene.ask(try scene.query("example.org", .aaaa), from: client).asked.count == 1)
        scene.resolver.setUpstreams(scene.resolver.upstreams)
        #expect(scene.resolver.occupancy.cachedAnswers == 1)
        scene.resolver.setUpstreams([scene.resolver.upstreams[1]])
        #expect(scene.resolver.occupancy.cachedAnswers == 0)
    }

    @Test("AD is told to who asked for it")
    func authenticData() throws {
        var scene = try Scene()
        let client = try scene.client("10.89.0.2")
        var query = try scene.query("example.org")
        let asked = try #require(scene.ask(query, from: client).asked.first)
        #expect(
            try scene.serve(asked) { $0.header.isAuthenticData = true }.answers.first?.header.isAuthenticData == false)
        query.header.isAuthenticData = true
        #expect(scene.ask(query, from: client).answers.first?.header.isAuthenticData == true)
    }

    @Test("the cache is bounded in answers and octets, and keeps what is asked for")
    func bounded() throws {
        for (answers, octets) in [(10, 1 << 20), (1000, 500)] {
            var limits = ResolverLimits()
            (limits.cachedAnswers, limits.cachedOctets) = (answers, octets)
            var scene = try Scene(limits: limits)
            let client = try scene.client("10.89.0.2")
            for number in 0..<100 {
                let asked = scene.ask(try scene.query("n\(number).example"), from: client).asked
                _ = try scene.serve(try #require(asked.first))
                #expect(scene.ask(try scene.query("n0.example"), from: client).answers.count == 1)
                #expect(scene.resolver.occupancy.cachedAnswers <= 11)
            }
            #expect(scene.resolver.occupancy.cachedAnswers > 4)
        }
    }
}
