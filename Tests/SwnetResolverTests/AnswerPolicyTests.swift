// SPDX-License-Identifier: Apache-2.0
import DNSWire
import NetworkTypes
import SwnetResolver
import SwnetState
import Testing

@Suite struct AnswerPolicyTests {
    @Test(
        "a name is answered in each of its forms",
        arguments: [
            ("web.front", .a, ["10.89.0.2"]), ("WeB.fRONT", .a, ["10.89.0.2"]), ("web.back", .a, ["10.89.1.2"]),
            ("web.front.swnet.internal", .a, ["10.89.0.2"]), ("web.front.swnet.internal", .aaaa, ["fd00:1::2"]),
            ("www", .a, ["10.89.0.2"]), ("000000000001.front", .a, ["10.89.0.2"]), ("db", .a, ["10.89.1.3"]),
            ("000000000002", .a, ["10.89.1.3"]), ("a.b", .a, ["10.89.0.5"]), ("a.b.front", .a, ["10.89.0.5"]),
            ("gateway.front", .a, ["10.89.0.1"]), ("gateway.front.swnet.internal", .aaaa, ["fd00:1::1"]),
            ("db.back.swnet.internal", .any, ["10.89.1.3"]), ("web.front", .any, ["10.89.0.2"]),
        ] as [(String, RecordType, [String])])
    func names(name: String, type: RecordType, addresses: [String]) throws {
        var scene = try Scene()
        let answer = try scene.answer(name, type)
        #expect(answer.addresses == addresses)
        #expect(answer.responseCode == .noError && answer.authorities.isEmpty)
        #expect(answer.header.isAuthoritative && answer.header.isRecursionAvailable && answer.header.isResponse)
        #expect(answer.header.id == 0x4242 && answer.header.isRecursionDesired)
        #expect(answer.answers.allSatisfy { $0.timeToLive == 5 })
        #expect(answer.question?.name.isSpelled(like: try domain(name)) == true)
        #expect(try answer.answers.allSatisfy { $0.name.isSpelled(like: try domain(name)) })
    }

    @Test("an asker sees the union of its networks, and addresses once")
    func union() throws {
        var scene = try Scene()
        #expect(try Set(scene.answer("web").addresses) == ["10.89.0.2", "10.89.1.2"])
        #expect(try scene.answer("web", from: "10.89.1.3", on: "back").addresses == ["10.89.1.2"])
        #expect(try scene.answer("web.front.swnet.internal", from: "10.89.1.3").responseCode == .nameError)
        #expect(try scene.answer("web", from: "fd00:1::2").addresses.count == 2)
    }

    @Test("the addresses of several holders take turns in front")
    func rotation() throws {
        var scene = try Scene()
        let first = try (0..<4).map { _ in try scene.answer("store").addresses }
        #expect(first.allSatisfy { Set($0) == ["10.89.1.3", "10.89.1.4"] })
        #expect(Set(first.compactMap(\.first)).count == 2)
    }

    @Test(
        "other types of an owned name are NODATA with SOA, unknown names of an owned domain NXDOMAIN with SOA",
        arguments: [
            ("db", .aaaa, .noError, "back.swnet.internal."), ("db", .txt, .noError, "back.swnet.internal."),
            ("web", .https, .noError, nil), ("db.back", .mx, .noError, "back.swnet.internal."),
            ("front.swnet.internal", .a, .noError, "front.swnet.internal."),
            ("b.front.swnet.internal", .a, .noError, "front.swnet.internal."),
            ("no.front.swnet.internal", .a, .nameError, "front.swnet.internal."),
            ("x.web.front.swnet.internal", .a, .nameError, "front.swnet.internal."),
            ("lone.dark.swnet.internal", .a, .nameError, "dark.swnet.internal."),
            ("no.other.swnet.internal", .aaaa, .nameError, "swnet.internal."),
            ("swnet.internal", .a, .noError, "swnet.internal."),
            ("9.0.89.10.in-addr.arpa", .ptr, .nameError, "0.89.10.in-addr.arpa."),
            ("2.2.89.10.in-addr.arpa", .ptr, .nameError, "2.89.10.in-addr.arpa."),
            ("2.0.89.10.in-addr.arpa", .a, .noError, "0.89.10.in-addr.arpa."),
        ] as [(String, RecordType, ResponseCode, String?)])
    func negative(name: String, type: RecordType, code: ResponseCode, zone: String?) throws {
        var scene = try Scene()
        let answer = try scene.answer(name, type)
        #expect(answer.responseCode == code && answer.answers.isEmpty && answer.header.isAuthoritative)
        #expect(answer.soa?.minimum == 5)
        if let zone { #expect(answer.authorities.first?.name.description == zone) }
    }

    @Test(
        "addresses have names, for containers and gateways of both families",
        arguments: [
            ("2.0.89.10.in-addr.arpa", ["web.front.swnet.internal."]),
            ("2.1.89.10.IN-ADDR.arpa", ["web.back.swnet.internal."]),
            ("1.0.89.10.in-addr.arpa", ["gateway.front.swnet.internal."]),
            (
                "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.d.f.ip6.arpa",
                ["web.front.swnet.internal."]
            ),
        ])
    func reverse(name: String, names: [String]) throws {
        var scene = try Scene()
        let answer = try scene.answer(name, .ptr)
        #expect(answer.answers.map(\.data) == (try names.map { .ptr(try domain($0)) }))
        #expect(answer.header.isAuthoritative)
    }

    @Test(
        "names that stand for no address are somebody else's",
        arguments: [
            "1.2.3.in-addr.arpa", "256.0.89.10.in-addr.arpa", "02.0.89.10.in-addr.arpa", "1.2.3.4.5.in-addr.arpa",
            "x.0.89.10.in-addr.arpa", "8.8.8.8.in-addr.arpa", "in-addr.arpa", "1.ip6.arpa",
            String(repeating: "0.", count: 31) + "xx.ip6.arpa", String(repeating: "g.", count: 32) + "ip6.arpa",
        ])
    func malformedReverse(name: String) throws {
        var scene = try Scene()
        let client = try scene.client("10.89.0.2")
        #expect(scene.ask(try scene.query(name, .ptr), from: client).asked.count == 1)
    }

    @Test("the start of a zone is told to who asks for it")
    func startOfAuthority() throws {
        var scene = try Scene()
        let answer = try scene.answer("front.swnet.internal", .soa)
        guard case .soa(let soa) = answer.answers.first?.data else {
            Issue.record("no SOA")
            return
        }
        scene.resolver.zones.add(try record(9, on: "front", name: "new", "10.89.0.9/24"))
        guard case .soa(let later) = try scene.answer("front.swnet.internal", .soa).answers.first?.data else {
            Issue.record("no SOA")
            return
        }
        #expect(later.serial == soa.serial + 1)
    }

    @Test(
        "what nobody here may ask is refused",
        arguments: [
            ("10.9.9.9", "web", .a), ("10.89.0.2", "front.swnet.internal", .axfr), ("10.89.0.2", "web", .ixfr),
            ("10.89.0.1", "example.org", .a),
        ] as [(String, String, RecordType)])
    func refused(source: String, name: String, type: RecordType) throws {
        var scene = try Scene()
        let answer = try scene.answer(name, type, from: source)
        #expect(answer.responseCode == .refused && answer.answers.isEmpty)
    }

    @Test("the host may ask for owned names from its own address on the network")
    func host() throws {
        var scene = try Scene()
        #expect(try scene.answer("web", from: "10.89.0.1").addresses == ["10.89.0.2"])
    }

    @Test("an internal network forwards nothing; one that is not does, whatever else the sandbox is on")
    func internalNetwork() throws {
        var scene = try Scene()
        let answer = try scene.answer("example.org", from: "10.89.2.2", on: "dark")
        #expect(answer.responseCode == .nameError && answer.soa != nil && !answer.header.isAuthoritative)
        scene.resolver.zones.add(try record(4, on: "front", name: "lone", "10.89.0.4/24", interface: "eth1"))
        let client = try scene.client("10.89.2.2", on: "dark")
        #expect(scene.ask(try scene.query("example.org"), from: client).asked.count == 1)
    }

    @Test("a class other than IN is refused, another opcode is not implemented, nonsense is a format error")
    func odd() throws {
        var scene = try Scene()
        let client = try scene.client("10.89.0.2")
        var query = try scene.query("web")
        query.question?.recordClass = .chaos
        #expect(scene.ask(query, from: client).answers.first?.responseCode == .refused)
        query = try scene.query("web")
        query.header.opcode = .update
        #expect(scene.ask(query, from: client).answers.first?.responseCode == .notImplemented)
        #expect(scene.ask(try scene.query("web", .opt), from: client).answers.first?.responseCode == .formatError)
        query.header.opcode = .query
        query.question = nil
        #expect(scene.ask(query, from: client).answers.first?.responseCode == .formatError)
        query.header.isResponse = true
        #expect(scene.ask(query, from: client).isEmpty)
    }

    @Test("what does not read is a format error to who may ask, and nothing to others")
    func malformed() throws {
        var scene = try Scene()
        let bytes = try scene.query("web").encoded() + [0]
        let client = try scene.client("10.89.0.2")
        let answers = scene.resolver.receiveQuery(bytes, from: client, at: scene.now, using: &scene.random).answers
        #expect(answers.first?.responseCode == .formatError && answers.first?.header.id == 0x4242)
        let stranger = try scene.client("10.9.9.9")
        for count in [0, 3, bytes.count] {
            #expect(
                scene.resolver.receiveQuery(bytes, count: count, from: stranger, at: scene.now, using: &scene.random)
                    .isEmpty)
        }
        #expect(scene.resolver.receiveQuery([1], from: client, at: scene.now, using: &scene.random).isEmpty)
        #expect(scene.resolver.counters.malformed == 5 && scene.resolver.counters.queries == 5)
    }

    @Test("EDNS: sizes are honoured, options dropped, unknown versions BADVERS")
    func edns() throws {
        var scene = try Scene()
        for number in 100..<200 {
            scene.resolver.zones.add(
                try record(number, on: "front", name: nil, aliases: ["many"], "10.89.0.\(number)/24"))
        }
        var query = try scene.query("many")
        let client = try scene.client("10.89.0.2")
        let plain = try #require(scene.ask(query, from: client).answers.first)
        #expect(plain.header.isTruncated && plain.edns == nil && plain.answers.count < 100)
        query.edns = EDNS(payloadSize: 4096)
        query.edns?.isDNSSECWanted = true
        query.edns?.options = [EDNS.Option(code: 10, data: [1, 2, 3, 4, 5, 6, 7, 8])]
        let large = try #require(scene.ask(query, from: client).answers.first)
        #expect(!large.header.isTruncated && large.answers.count == 100)
        #expect(large.edns?.options == [] && large.edns?.isDNSSECWanted == true && large.edns?.version == 0)
        query.edns?.version = 1
        let badVersion = try #require(scene.ask(query, from: client).answers.first)
        #expect(badVersion.responseCode == .badVersion && badVersion.edns?.version == 0 && badVersion.answers.isEmpty)
        query.edns = nil
        let tcp = try scene.client("10.89.0.2", .tcp)
        #expect(scene.ask(query, from: tcp).answers.first?.answers.count == 100)
    }

    @Test("a name of its own domain, a TTL and servers of its own")
    func settings() throws {
        var scene = try Scene()
        let front = try #require(NetworkName("front"))
        var settings = ZoneSettings(front, domain: try domain("corp.example"))
        settings.timeToLive = 0
        settings.upstreams = [Upstream(try address("203.0.113.1"))]
        scene.resolver.zones.set(settings, of: front)
        let answer = try scene.answer("web.corp.example")
        #expect(answer.addresses == ["10.89.0.2"] && answer.answers.first?.timeToLive == 0)
        #expect(try scene.answer("no.corp.example", from: "10.89.1.3").responseCode == .nameError)
        let client = try scene.client("10.89.0.2")
        let asked = scene.ask(try scene.query("example.org"), from: client).asked
        #expect(asked.first?.upstream == settings.upstreams.first)
    }
}
