// SPDX-License-Identifier: Apache-2.0
import CNetlink
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

// Messages are looked at as bytes, which only the modules themselves see.
@testable import NFTables
@testable import Netlink

/// Requests and replies against annotated bytes. What they mean to a kernel is the business of ``KernelTests``.
@Suite struct WireTests {
    @Test("a batch is framed, and its last operation asks for a receipt") func requests() throws {
        let port = try #require(Port(8080))
        let key = Concat(L4Protocol.tcp, port)
        let transaction = Transaction(
            Sample.table,
            [
                Sample.ports.create(key, Concat(IPv4Address(10, 0, 0, 2), port), comment: "net/web/eth0"),
                Sample.ports.delete(key),
            ])
        let lowering = Lowering(transaction)
        #expect(lowering.operationOfMessage == [nil, 0, 1, nil])
        #expect(lowering.acknowledged == 2)
        let bytes = lowering.takeBatch().bytes
        #expect(
            try WireFixture.lines(bytes) == WireFixture.lines(WireFixture("nftables/batch.request" as FilePath).bytes))
    }

    @Test("a table") func table() throws {
        #expect(try decode("table") { try Table(decoding: $0) } == Sample.table)
    }

    @Test("an element of a verdict map") func verdict() throws {
        let element = try decode("element-verdict") { try Element(decoding: $0) }
        let key = try #require(InterfaceName("br0")).datumBytes
        #expect(element == Element(key: key, value: .verdict(.jump("strict")), comment: "strict"))
    }

    @Test("an element of a map") func map() throws {
        let element = try decode("element-map") { try Element(decoding: $0) }
        let value = Element.Value.bytes([10, 0, 0, 2, 0x1f, 0x90, 0, 0])
        #expect(element == Element(key: [6, 0, 0, 0, 0x1f, 0x90, 0, 0], value: value, comment: "net/web/eth0"))
    }

    @Test("an element that is a range") func range() throws {
        let element = try decode("element-range") { try Element(decoding: $0) }
        let last: [UInt8] = [10, 0, 0, 255, 10, 0, 0, 255]
        #expect(element == Element(key: [10, 0, 0, 0, 10, 0, 0, 0], through: last, comment: "one subnet"))
    }

    @Test("a chain, with and without a hook") func chains() throws {
        let chain = try #require(try decode("base-chain") { try BaseChain(decoding: $0) })
        #expect(chain.table == Table(.inet, "sample") && chain.chain == "passing" && chain.base == Sample.passing.base)
        #expect(try decode("chain") { try BaseChain(decoding: $0) } == nil)
    }

    @Test(
        "bytes that are cut short or changed are refused or read, never a trap",
        arguments: ["table", "element-verdict", "element-map", "element-range", "base-chain", "chain"])
    func hostile(fixture: String) throws {
        let bytes = try WireFixture(FilePath("nftables/\(fixture).reply")).bytes
        var generator = SeededGenerator(seed: 1)
        for length in 16...bytes.count { decodeAsEverything(Array(bytes[..<length])) }
        for _ in 0..<5000 {
            var changed = bytes
            for _ in 0..<3 {
                let place = Int.random(in: 16..<bytes.count, using: &generator)
                changed[place] = UInt8.random(in: 0...255, using: &generator)
            }
            decodeAsEverything(changed)
        }
    }

    private func decodeAsEverything(_ message: [UInt8]) {
        // A refusal is as good as an answer here.
        _ = try? decode(message) { try Table(decoding: $0) }
        _ = try? decode(message) { try Element(decoding: $0) }
        _ = try? decode(message) { try BaseChain(decoding: $0) }
    }

    private func decode<Object>(_ name: String, _ body: (RawSpan) throws -> Object) throws -> Object {
        try decode(WireFixture(FilePath("nftables/\(name).reply")).bytes, body)
    }

    /// The payload behind the netlink header.
    private func decode<Object>(_ message: [UInt8], _ body: (RawSpan) throws -> Object) throws -> Object {
        try withSpan(message) { try body($0.extracting(droppingFirst: 16)) }
    }
}
