// SPDX-License-Identifier: Apache-2.0
import DNSWire
import NetworkTypes
import SwnetResolver
import TestSupport
import Testing

@Suite struct ForwarderTests {
    private func begin(_ scene: inout Scene, _ name: String = "example.org", token: UInt64 = 1) throws -> [Asked] {
        scene.ask(try scene.query(name), from: try scene.client("10.89.0.2", token: token)).asked
    }

    @Test("a question goes out with a fresh id, from a socket of its own, and comes back with the asker's id")
    func forward() throws {
        var scene = try Scene()
        let asked = try #require(try begin(&scene, "ExaMple.org").first)
        #expect(asked.transport == .udp && asked.upstream == scene.resolver.upstreams.first)
        #expect(asked.query.header.isRecursionDesired && asked.query.edns?.payloadSize == 1232)
        #expect(asked.query.question?.name.isSpelled(like: try domain("ExaMple.org")) == true)
        let actions = try scene.serve(asked)
        let answer = try #require(actions.answers.first)
        #expect(actions.first == .close(asked.exchange))
        #expect(answer.header.id == 0x4242 && answer.addresses == ["198.51.100.7"])
        #expect(!answer.header.isAuthoritative && answer.header.isRecursionAvailable && answer.edns == nil)
        #expect(scene.resolver.nextDeadline == nil && scene.resolver.occupancy.lookups == 0)
    }

    @Test("ids differ from question to question")
    func ids() throws {
        var scene = try Scene()
        let ids = try (0..<50).map { try begin(&scene, "n\($0).example").first?.query.header.id }
        #expect(Set(ids).count > 45)
    }

    @Test("an answer with another id or question, from another server or port, or to another exchange is not believed")
    func forged() throws {
        var scene = try Scene()
        let asked = try #require(try begin(&scene).first)
        let other = try #require(try begin(&scene, "other.example").first)
        #expect(try scene.serve(asked) { $0.header.id ^= 1 }.isEmpty)
        #expect(try scene.serve(asked) { $0.question?.name = try domain("other.example") }.isEmpty)
        #expect(try scene.serve(asked) { $0.question?.type = .aaaa }.isEmpty)
        #expect(try scene.serve(asked) { $0.question = nil }.isEmpty)
        #expect(try scene.serve(asked) { $0.header.isResponse = false }.isEmpty)
        #expect(try scene.serve(asked, from: scene.resolver.upstreams.last).isEmpty)
        #expect(try scene.serve(asked, from: Upstream(asked.upstream.address, port: 5353)).isEmpty)
        let mixed = Asked(exchange: other.exchange, transport: .udp, upstream: asked.upstream, query: asked.query)
        #expect(try scene.serve(mixed).isEmpty)
        let noise = scene.resolver.receiveAnswer(
            [1, 2, 3], for: asked.exchange, from: asked.upstream, at: scene.now, using: &scene.random)
        #expect(noise.isEmpty)
        #expect(try scene.serve(asked).answers.count == 1)
        #expect(try scene.serve(asked).isEmpty)
    }

    @Test("a truncated answer is asked for again over TCP")
    func truncated() throws {
        var scene = try Scene()
        let asked = try #require(try begin(&scene).first)
        let again = try scene.serve(asked) { $0.header.isTruncated = true }
        let tcp = try #require(again.asked.first)
        #expect(again.first == .close(asked.exchange) && tcp.transport == .tcp && tcp.upstream == asked.upstream)
        #expect(try scene.serve(tcp).answers.first?.addresses == ["198.51.100.7"])
    }

    @Test("an answer that is too long for the asker's datagram is cut and says so; over TCP it is whole")
    func large() throws {
        for (transport, isWhole) in [(Client.Transport.udp, false), (.tcp, true)] {
            var scene = try Scene()
            let client = try scene.client("10.89.0.2", transport)
            let asked = try #require(scene.ask(try scene.query("big.example", .txt), from: client).asked.first)
            let strings = [[UInt8]](repeating: [UInt8](repeating: 0x61, count: 250), count: 4)
            let answer = try scene.serve(asked) { message in
                message.answers = [ResourceRecord(try domain("big.example"), timeToLive: 9, .txt(strings))]
            }.answers.first
            #expect(answer?.header.isTruncated == !isWhole && answer?.answers.count == (isWhole ? 1 : 0))
        }
    }

    @Test("a dead first server costs a second once; then the live one is first, and the dead one is tried again later")
    func deadFirst() throws {
        var scene = try Scene()
        let (dead, live) = (scene.resolver.upstreams[0], scene.resolver.upstreams[1])
        #expect(try begin(&scene).first?.upstream == dead)
        #expect(scene.resolver.nextDeadline == scene.now.advanced(milliseconds: 1000))
        #expect(scene.wait(milliseconds: 999).isEmpty)
        let hedged = try #require(scene.wait(milliseconds: 1).asked.first)
        #expect(hedged.upstream == live)
        #expect(try scene.serve(hedged).answers.count == 1)
        #expect(try begin(&scene, "second.example").map(\.upstream) == [live])
        #expect(scene.wait(milliseconds: 40).isEmpty)
        scene.now = scene.now.advanced(milliseconds: 31_000)
        #expect(try begin(&scene, "third.example").map(\.upstream) == [live, dead])
        let probed = try begin(&scene, "fourth.example")
        #expect(probed.map(\.upstream) == [live])
    }

    @Test("a server that was silent and answers after all is first again")
    func lateAnswer() throws {
        var scene = try Scene()
        let first = try #require(try begin(&scene).first)
        #expect(scene.wait(milliseconds: 1000).asked.count == 1)
        let actions = try scene.serve(first)
        #expect(actions.answers.count == 1)
        #expect(actions.filter { if case .close = $0 { true } else { false } }.count == 2)
        #expect(try begin(&scene, "next.example").map(\.upstream) == [first.upstream])
    }

    @Test("when all servers are silent the asker hears SERVFAIL within five seconds")
    func allDead() throws {
        var scene = try Scene()
        var asked = try begin(&scene)
        var answers: [Message] = []
        var waited = 0
        while answers.isEmpty, let deadline = scene.resolver.nextDeadline {
            waited += deadline.milliseconds - scene.now.milliseconds
            let actions = scene.wait(milliseconds: deadline.milliseconds - scene.now.milliseconds)
            asked += actions.asked
            answers += actions.answers
        }
        #expect(answers.map(\.responseCode) == [.serverFailure] && waited == 4500)
        #expect(asked.map(\.upstream) == [0, 1, 0, 1, 0].map { scene.resolver.upstreams[$0] })
        #expect(scene.resolver.occupancy.lookups == 0 && scene.resolver.counters.failed == 1)
    }

    @Test(
        "a server that fails is followed by the next at once, and SERVFAIL when all fail",
        arguments: [.serverFailure, .refused, .notImplemented, .formatError] as [ResponseCode])
    func failures(code: ResponseCode) throws {
        var scene = try Scene()
        var asked = try begin(&scene)
        var answers: [Message] = []
        var servers: [Upstream] = []
        while let next = asked.popLast() {
            if servers.last != next.upstream { servers.append(next.upstream) }
            let actions = try scene.serve(next) {
                $0.answers = []
                $0.responseCode = code
            }
            asked += actions.asked
            answers += actions.answers
        }
        #expect(servers == scene.resolver.upstreams)
        #expect(answers.map(\.responseCode) == [.serverFailure])
    }

    @Test("a server from before EDNS is asked again without it")
    func withoutEDNS() throws {
        var scene = try Scene()
        let asked = try #require(try begin(&scene).first)
        let again = try scene.serve(asked) {
            $0.question = nil
            $0.answers = []
            $0.responseCode = .formatError
        }.asked
        #expect(again.map(\.upstream) == [asked.upstream] && again.first?.query.edns == nil)
        #expect(try scene.serve(try #require(again.first)).answers.first?.addresses == ["198.51.100.7"])
    }

    @Test("a server that cannot be reached is followed by the next at once")
    func unreachable() throws {
        var scene = try Scene()
        let first = try #require(try begin(&scene).first)
        let actions = scene.resolver.exchangeFailed(first.exchange, at: scene.now, using: &scene.random)
        let second = try #require(actions.asked.first)
        #expect(second.upstream == scene.resolver.upstreams.last)
        let last = scene.resolver.exchangeFailed(second.exchange, at: scene.now, using: &scene.random)
        #expect(last.answers.map(\.responseCode) == [.serverFailure])
        #expect(scene.resolver.exchangeFailed(second.exchange, at: scene.now, using: &scene.random).isEmpty)
    }

    @Test("those who ask the same wait for the same answer, each with its own id and spelling")
    func coalescing() throws {
        var scene = try Scene()
        let asked = try #require(try begin(&scene, "example.org", token: 1).first)
        let second = try scene.client("10.89.1.3", on: "back", token: 2)
        #expect(scene.ask(try scene.query("EXAMPLE.org", id: 7), from: second).isEmpty)
        let actions = try scene.serve(asked)
        #expect(actions.answers.map(\.header.id) == [0x4242, 7])
        #expect(actions.answers.last?.answers.first?.name.isSpelled(like: try domain("EXAMPLE.org")) == true)
    }

    @Test("too many questions, from one or from all, are answered SERVFAIL instead of being kept")
    func limits() throws {
        var limits = ResolverLimits()
        limits.lookups = 5
        limits.lookupsPerClient = 3
        limits.waiters = 2
        var scene = try Scene(limits: limits)
        for number in 0..<3 { #expect(try begin(&scene, "n\(number).example").count == 1) }
        #expect(try scene.answer("n3.example").responseCode == .serverFailure)
        let other = try scene.client("10.89.1.3", on: "back")
        #expect(scene.ask(try scene.query("n0.example"), from: other).isEmpty)
        #expect(scene.ask(try scene.query("n0.example"), from: other).answers.first?.responseCode == .serverFailure)
        #expect(scene.ask(try scene.query("n4.example"), from: other).asked.count == 1)
        #expect(scene.ask(try scene.query("n5.example"), from: other).asked.count == 1)
        #expect(scene.ask(try scene.query("n6.example"), from: other).answers.first?.responseCode == .serverFailure)
        while let deadline = scene.resolver.nextDeadline {
            _ = scene.wait(milliseconds: deadline.milliseconds - scene.now.milliseconds)
        }
        #expect(try begin(&scene, "n9.example").count == 1)
    }

    @Test("nothing is forwarded to the resolver itself, nor without servers, nor without recursion")
    func nowhere() throws {
        var scene = try Scene()
        scene.resolver.setUpstreams([Upstream(try address("10.89.1.1"))])
        #expect(try scene.answer("example.org").responseCode == .serverFailure)
        scene.resolver.setUpstreams([])
        #expect(try scene.answer("example.org").responseCode == .serverFailure)
        scene.resolver.setUpstreams([Upstream(try address("127.0.0.53"))])
        var query = try scene.query("example.org")
        query.header.isRecursionDesired = false
        let client = try scene.client("10.89.0.2")
        #expect(scene.ask(query, from: client).answers.first?.responseCode == .refused)
        query.header.isRecursionDesired = true
        #expect(scene.ask(query, from: client).asked.count == 1)
    }

    @Test("no order of events leaves an asker without an answer, or gives it two", arguments: 1...30)
    func everybodyIsAnswered(seed: Int) throws {
        var scene = try Scene()
        var random = SeededGenerator(seed: UInt64(seed))
        var asked: [Asked] = []
        var answered: [UInt64: Int] = [:]
        func take(_ actions: [ResolverAction]) {
            asked += actions.asked
            for case .answer(let client, _) in actions { answered[client.token, default: 0] += 1 }
        }
        for token in 0..<200 as Range<UInt64> {
            let name = "n\(Int.random(in: 0..<20, using: &random)).example"
            take(scene.ask(try scene.query(name), from: try scene.client("10.89.0.2", token: token)))
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                guard let exchange = asked.randomElement(using: &random) else { continue }
                switch Int.random(in: 0..<5, using: &random) {
                case 0: take(try scene.serve(exchange))
                case 1: take(try scene.serve(exchange) { $0.header.isTruncated = true })
                case 2: take(try scene.serve(exchange) { $0.responseCode = .serverFailure })
                case 3:
                    take(scene.resolver.exchangeFailed(exchange.exchange, at: scene.now, using: &scene.random))
                default: take(scene.wait(milliseconds: Int.random(in: 0...700, using: &random)))
                }
            }
        }
        while let deadline = scene.resolver.nextDeadline {
            take(scene.wait(milliseconds: max(0, deadline.milliseconds - scene.now.milliseconds)))
        }
        #expect(answered.count == 200 && answered.values.allSatisfy { $0 == 1 })
        #expect(scene.resolver.occupancy.lookups == 0)
    }
}
