// SPDX-License-Identifier: Apache-2.0
import DNSWire
import NetworkTypes
import SwnetResolver
import SwnetState
import TestSupport
import Testing

@Suite struct DirectAnswersTests {
    @Test("direct answers are those of the general way, octet for octet", arguments: 0..<40 as Range<UInt64>)
    func equality(seed: UInt64) throws {
        var scene = try RandomScene(seed: seed)
        var randoms = (SeededGenerator(seed: seed), SeededGenerator(seed: seed))
        let now = MonotonicTime(milliseconds: 0)
        var directCount = 0
        for number in 0..<400 {
            if number % 10 == 0 { try scene.change() }
            let (query, client) = (try scene.query(), try scene.client())
            var general = scene.resolver
            let expected = general.receiveQuery(query, from: client, at: now, using: &randoms.0)
            // A buffer is longer than what is in it.
            let buffer = query + [0xc0, 0x0c, 0, 0]
            var answer: [UInt8] = [1, 2, 3]
            if scene.resolver.answerDirectly(
                buffer, count: query.count, from: client.address, on: client.network, into: &answer)
            {
                directCount += 1
                #expect(expected == [.answer(client, answer)], "\(query)")
                randoms.1 = randoms.0
            } else {
                #expect(answer == [1, 2, 3])
                let actions = scene.resolver.receiveQuery(
                    buffer, count: query.count, from: client, at: now, using: &randoms.1)
                #expect(actions == expected)
            }
            #expect(scene.resolver.counters == general.counters)
        }
        #expect(directCount > 40)
    }

    @Test(
        "what programs ask about names that are there needs no detour",
        arguments: [
            ("web", .a), ("WEB.front.swnet.internal", .aaaa), ("000000000002", .a), ("db", .aaaa), ("web", .https),
            ("store.back", .a), ("gateway.front", .a), ("2.1.89.10.in-addr.arpa", .ptr),
        ] as [(String, RecordType)], [nil, EDNS(payloadSize: 1232)])
    func plain(question: (String, RecordType), edns: EDNS?) throws {
        var scene = try Scene()
        var query = try scene.query(question.0, question.1)
        query.edns = edns
        var answer: [UInt8] = []
        let asker = try scene.client("10.89.0.2")
        let isDirect = scene.resolver.answerDirectly(
            query.encoded(), from: asker.address, on: asker.network, into: &answer)
        #expect(isDirect)
        #expect(try Message(decoding: answer).responseCode == .noError)
        #expect(scene.resolver.counters.queries == 1 && scene.resolver.counters.local == 1)
    }

    @Test("others' names, strangers and answers that do not fit are left to the general way")
    func detour() throws {
        var scene = try Scene()
        for number in 100..<140 {
            scene.resolver.zones.add(
                try record(number, on: "front", name: nil, aliases: ["many"], "10.89.0.\(number)/24"))
        }
        for (name, source) in [("example.org", "10.89.0.2"), ("web", "10.9.9.9"), ("many", "10.89.0.2")] {
            var answer: [UInt8] = []
            let client = try scene.client(source)
            let isDirect = scene.resolver.answerDirectly(
                try scene.query(name).encoded(), from: client.address, on: client.network, into: &answer)
            #expect(!isDirect && answer.isEmpty)
        }
        #expect(scene.resolver.counters.queries == 0 && scene.resolver.counters.local == 0)
    }
}
