// SPDX-License-Identifier: Apache-2.0
import DNSWire
import NetworkTypes
import TestSupport
import Testing

@Suite struct MessageWriterTests {
    private func question(_ name: String) throws -> Question { Question(try #require(DomainName(name)), .a) }

    private func response(_ name: String, addresses: Int) throws -> Message {
        let question = try question(name)
        var message = Message(header: Header(id: 1, bits: 0x8400), question: question)
        message.answers = (0..<addresses).map {
            ResourceRecord(question.name, timeToLive: 5, .a(IPv4Address(rawValue: 0x0a59_0000 + UInt32($0))))
        }
        return message
    }

    @Test("what was read writes and reads back equal", arguments: try WireFixture.valid())
    func roundTrip(fixture: String) throws {
        let message = try Message(decoding: WireFixture.bytes(fixture))
        #expect(try Message(decoding: message.encoded()) == message)
    }

    @Test(
        "what this library compresses itself is written as it came",
        arguments: ["valid-query", "valid-query-edns", "valid-answer", "valid-answer-compressed", "valid-negative"])
    func sameOctets(fixture: String) throws {
        let bytes = try WireFixture.bytes(fixture)
        #expect(try Message(decoding: bytes).encoded() == bytes)
    }

    @Test("random messages write and read back equal", arguments: 1...20)
    func random(seed: Int) throws {
        var random = RandomMessage(seed: UInt64(seed))
        for _ in 0..<100 {
            let message = random.message()
            let bytes = message.encoded()
            let again = try Message(decoding: bytes)
            #expect(again == message)
            for (a, b) in zip(again.answers, message.answers) { #expect(a.name.isSpelled(like: b.name)) }
            #expect(again.encoded() == bytes)
        }
    }

    @Test(
        "an answer that is too long for its receiver loses whole records and says so",
        arguments: [
            (29, 512, false), (30, 512, true), (74, 1232, false), (75, 1232, true), (4000, 65535, false),
            (5000, 65535, true),
        ])
    func truncation(addresses: Int, limit: Int, isTruncated: Bool) throws {
        let message = try response("web.front.swnet.internal", addresses: addresses)
        let bytes = message.encoded(limit: limit)
        let again = try Message(decoding: bytes)
        #expect(bytes.count <= limit && bytes.count + 16 > min(limit, 42 + 16 * addresses))
        #expect(again.header.isTruncated == isTruncated)
        #expect((again.answers.count == addresses) == !isTruncated)
        #expect(message.answers.starts(with: again.answers))
    }

    @Test("a receiver that claims less than 512 octets gets 512, one that claims more than there are gets 65535")
    func limits() throws {
        #expect(try Message(decoding: response("a", addresses: 100).encoded(limit: 0)).answers.count == 30)
        #expect(try response("a", addresses: 5000).encoded(limit: .max).count <= 65535)
    }

    @Test("additional records are left out without TC, the OPT record never is")
    func additionals() throws {
        var message = try response("a", addresses: 1)
        message.additionals = try response("b", addresses: 100).answers
        message.edns = EDNS(payloadSize: 1232)
        let again = try Message(decoding: message.encoded(limit: 512))
        #expect(!again.header.isTruncated && again.answers.count == 1 && again.edns == message.edns)
        #expect((1..<100).contains(again.additionals.count))
    }

    @Test("authorities that do not fit set TC and leave no additional records")
    func authorities() throws {
        var message = try response("a", addresses: 1)
        message.authorities = try response("b", addresses: 100).answers
        message.additionals = try response("c", addresses: 1).answers
        message.edns = EDNS(payloadSize: 512)
        let again = try Message(decoding: message.encoded(limit: 512))
        #expect(again.header.isTruncated && again.additionals.isEmpty && again.edns != nil)
    }

    @Test("options that do not fit are left out, the OPT record stays")
    func options() throws {
        var message = try response("a", addresses: 1)
        message.edns = EDNS(payloadSize: 512)
        message.edns?.options = [EDNS.Option(code: 12, data: [UInt8](repeating: 0, count: 600))]
        let again = try Message(decoding: message.encoded(limit: 512))
        #expect(again.edns == EDNS(payloadSize: 512) && again.answers.count == 1)
        #expect(try Message(decoding: message.encoded()) == message)
    }

    @Test("names of records that were left out are not pointed at")
    func forgottenNames() throws {
        var message = try response("a", addresses: 1)
        let long = try #require(DomainName(labels: (0..<4).map { _ in [UInt8](repeating: 0x78, count: 60) }))
        let text = RecordData.txt([[UInt8](repeating: 0, count: 200), [UInt8](repeating: 0, count: 200)])
        message.additionals = [
            ResourceRecord(long, timeToLive: 0, text),
            ResourceRecord(long, timeToLive: 0, .a(IPv4Address(rawValue: 0))),
        ]
        message.authorities = [ResourceRecord(.root, timeToLive: 0, .ns(.root))]
        let again = try Message(decoding: message.encoded(limit: 512))
        #expect(again.additionals.isEmpty && again.authorities == message.authorities)
    }

    @Test("a string that is too long for TXT is cut, a record that is too long for any message is left out")
    func unencodable() throws {
        var message = try response("a", addresses: 0)
        message.answers = [ResourceRecord(.root, timeToLive: 0, .txt([[UInt8](repeating: 1, count: 300)]))]
        #expect(
            try Message(decoding: message.encoded()).answers.first?.data == .txt([[UInt8](repeating: 1, count: 255)]))
        let huge = RecordData.opaque(.https, [UInt8](repeating: 0, count: 70_000))
        message.answers = [ResourceRecord(.root, timeToLive: 0, huge)]
        let again = try Message(decoding: message.encoded())
        #expect(again.answers.isEmpty && again.header.isTruncated)
    }

    @Test("a buffer is used again")
    func buffer() throws {
        let (long, short) = (try response("a", addresses: 20), try response("b", addresses: 1))
        var writer = MessageWriter(limit: 512, buffer: [1, 2, 3])
        writer.write(long)
        #expect(writer.bytes == long.encoded(limit: 512))
        writer.write(short)
        #expect(writer.bytes == short.encoded(limit: 512))
    }

    @Test("a response carries what its query asked")
    func response() throws {
        let query = try Message(decoding: WireFixture.bytes("valid-query-edns"))
        var response = query.response(.refused)
        #expect(response.header.isResponse && response.header.isRecursionDesired)
        #expect(!response.header.isAuthenticData && !response.header.isAuthoritative)
        #expect(response.header.id == query.header.id && response.question == query.question)
        #expect(response.responseCode == .refused && response.edns == nil)
        response.edns = EDNS(payloadSize: 1232)
        response.responseCode = .badVersion
        #expect(response.responseCode == .badVersion && response.header.bits & 0xf == 0)
    }

    @Test("flags are where RFC 1035 has them")
    func flags() {
        var header = Header(id: 1)
        header.isResponse = true
        header.opcode = .notify
        header.isAuthoritative = true
        header.isTruncated = true
        header.isRecursionDesired = true
        header.isRecursionAvailable = true
        header.isAuthenticData = true
        header.isCheckingDisabled = true
        #expect(header.bits == 0b1_0100_1_1_1_1_0_1_1_0000)
        #expect(header.opcode == .notify)
        header.isTruncated = false
        header.opcode = .query
        #expect(header.bits == 0b1_0000_1_0_1_1_0_1_1_0000)
    }
}
