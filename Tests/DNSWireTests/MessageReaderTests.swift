// SPDX-License-Identifier: Apache-2.0
import DNSWire
import NetworkTypes
import TestSupport
import Testing

@Suite struct MessageReaderTests {
    @Test(
        "what is wrong with a message is named",
        arguments: [
            ("invalid-empty", .truncated(at: 0)),
            ("invalid-header", .truncated(at: 6)),
            ("invalid-no-question", .truncated(at: 12)),
            ("invalid-name-end", .truncated(at: 12)),
            ("invalid-no-class", .truncated(at: 17)),
            ("invalid-two-questions", .severalQuestions(2)),
            ("invalid-pointer-self", .forwardPointer(from: 12, to: 12)),
            ("invalid-pointer-forward", .forwardPointer(from: 14, to: 16)),
            ("invalid-pointer-loop", .forwardPointer(from: 14, to: 12)),
            ("invalid-pointer-half", .truncated(at: 12)),
            ("invalid-pointer-header", .truncated(at: 0)),
            ("invalid-label-01", .reservedLabel(at: 12)),
            ("invalid-label-10", .reservedLabel(at: 12)),
            ("invalid-name-length", .nameTooLong(at: 12)),
            ("invalid-name-length-pointer", .nameTooLong(at: 209)),
            ("invalid-pointers", .tooManyPointers(at: 288)),
            ("invalid-record-end", .truncated(at: 29)),
            ("invalid-a-short", .truncated(at: 31)),
            ("invalid-a-long", .recordData(at: 31)),
            ("invalid-txt", .recordData(at: 31)),
            ("invalid-mx", .recordData(at: 31)),
            ("invalid-naptr", .recordData(at: 31)),
            ("invalid-trailing", .trailingBytes(at: 19)),
            ("invalid-opt-answer", .misplacedOPT(at: 19)),
            ("invalid-opt-name", .misplacedOPT(at: 19)),
            ("invalid-opt-twice", .severalOPT(at: 30)),
            ("invalid-opt-option", .recordData(at: 30)),
            ("invalid-counts", .truncated(at: 19)),
        ] as [(String, DNSWireError)])
    func refusal(fixture: String, error: DNSWireError) throws {
        let bytes = try WireFixture.bytes(fixture)
        #expect(throws: error) { try Message(decoding: bytes) }
        #expect(error.description.hasPrefix("read a DNS message: "))
    }

    @Test("every file of the corpus that should not read is in the table above")
    func corpus() throws {
        let invalid = try WireFixture.all().filter { $0.hasPrefix("invalid-") }
        #expect(invalid.count == 28)
        for name in invalid { #expect(throws: DNSWireError.self) { try Message(decoding: WireFixture.bytes(name)) } }
    }

    @Test("a query is read, with the spelling of its name")
    func query() throws {
        let message = try Message(decoding: WireFixture.bytes("valid-query-edns"))
        #expect(message.header.id == 0xabcd)
        #expect(!message.header.isResponse && message.header.isRecursionDesired && message.header.isAuthenticData)
        #expect(message.question?.name.description == "WeB.Front.")
        #expect(message.question?.type == .a)
        #expect(message.edns?.payloadSize == 1232)
        #expect(message.edns?.options == [EDNS.Option(code: 10, data: [1, 2, 3, 4, 5, 6, 7, 8])])
        #expect(message.additionals.isEmpty)
    }

    @Test("a receive buffer longer than the message is read up to the message's end")
    func receiveBuffer() throws {
        let bytes = try WireFixture.bytes("valid-query")
        #expect(try Message(decoding: bytes + [1, 2, 3], count: bytes.count) == Message(decoding: bytes))
        #expect(throws: DNSWireError.truncated(at: 0)) { try Message(decoding: bytes, count: -1) }
        #expect(throws: DNSWireError.trailingBytes(at: bytes.count)) { try Message(decoding: bytes + [0], count: 1000) }
    }

    @Test("the header of a message that does not read tells whom to answer")
    func headerAlone() throws {
        #expect(try Header(decoding: WireFixture.bytes("invalid-trailing")).id == 0x1234)
        #expect(throws: DNSWireError.truncated(at: 2)) { try Header(decoding: [1, 2, 3]) }
    }

    @Test("names are read through pointers to compressed names")
    func compression() throws {
        let message = try Message(decoding: WireFixture.bytes("valid-answer-compressed"))
        let cdn = try #require(DomainName("cdn.example.org"))
        #expect(message.answers.map(\.data).first == .cname(cdn))
        #expect(message.answers.last?.name == cdn)
        #expect(message.answers.last?.data == IPAddress("2001:db8::1").map { RecordData($0) })
    }

    @Test("names in the data of types that old servers compress are written out; others are left alone")
    func opaqueData() throws {
        let answers = try Message(decoding: WireFixture.bytes("valid-every-type")).answers
        let name: [UInt8] = [1, 0x61, 7, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0]
        let opaque = answers.compactMap { record -> [UInt8]? in
            if case .opaque(_, let data) = record.data { data } else { nil }
        }
        #expect(opaque.first == [0, 1, 0, 2, 1, 0x73, 0, 0] + name)
        #expect(opaque.dropFirst().first == name + name.dropFirst(2))
        #expect(opaque.last == [0xc0, 0x0c, 0xc0, 0x0c])
        let target = try #require(DomainName("a.example"))
        #expect(answers.map(\.data).contains(.srv(ServiceLocation(priority: 1, weight: 2, port: 53, target: target))))
        #expect(answers.map(\.data).contains(.mx(preference: 10, exchange: target)))
        #expect(answers.map(\.data).contains(.txt([Array("one".utf8), []])))
    }

    @Test("a negative answer brings its SOA and the whole response code")
    func negative() throws {
        let message = try Message(decoding: WireFixture.bytes("valid-negative"))
        #expect(message.responseCode == ResponseCode(rawValue: 19))
        #expect(message.edns?.isDNSSECWanted == true)
        guard case .soa(let authority) = message.authorities.first?.data else {
            Issue.record("no SOA")
            return
        }
        #expect(authority.minimum == 60 && authority.expire == 1_209_600)
        #expect(authority.mailbox.description == "host.example.")
    }

    @Test("a TTL with the highest bit set is zero")
    func timeToLive() throws {
        #expect(try Message(decoding: WireFixture.bytes("valid-time-to-live")).answers.first?.timeToLive == 0)
    }

    @Test("every truncation of every message is refused", arguments: try WireFixture.valid())
    func truncation(fixture: String) throws {
        let bytes = try WireFixture.bytes(fixture)
        for count in bytes.indices { #expect(throws: DNSWireError.self) { try Message(decoding: bytes, count: count) } }
    }

    @Test("octets changed at random are refused or read, never a trap", arguments: try WireFixture.all())
    func mutation(fixture: String) throws {
        let bytes = try WireFixture.bytes(fixture)
        guard !bytes.isEmpty else { return }
        var random = SeededGenerator(seed: UInt64(bytes.count))
        for _ in 0..<500 {
            var mutant = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let value = [0, 1, 0x0c, 0x3f, 0xc0, 0xff, UInt8.random(in: 0...255, using: &random)]
                mutant[Int.random(in: 0..<mutant.count, using: &random)] = value.randomElement(using: &random) ?? 0
            }
            // A refusal is as good as a message.
            if let message = try? Message(decoding: mutant) { _ = message.encoded(limit: 512) }
        }
    }

    @Test("a message of pointers only costs no more than its length allows")
    func pointerStorm() {
        var bytes: [UInt8] = [0, 0, 0x80, 0, 0, 0, 0x7f, 0xff, 0, 0, 0, 0, 0]
        while bytes.count < 60_000 {
            let target = min(bytes.count - 2, 0x3ffe)
            bytes += [0xc0 | UInt8(target >> 8), UInt8(target & 0xff)]
        }
        #expect(throws: DNSWireError.self) { try Message(decoding: bytes) }
    }
}
