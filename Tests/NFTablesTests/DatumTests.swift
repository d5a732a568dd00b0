// SPDX-License-Identifier: Apache-2.0
import NFTables
import NetworkTypes
import Testing

@Suite struct DatumTests {
    @Test("comes back from the bytes it made") func roundTrip() throws {
        try check(IPv4Address(10, 0, 0, 2), [10, 0, 0, 2])
        try check(IPv6Address(rawValue: 1), [UInt8](repeating: 0, count: 15) + [1])
        try check(L4Protocol.sctp, [132])
        try check(#require(Port(8080)), [0x1f, 0x90])
        try check(Mark(0x0102_0304), [4, 3, 2, 1])
        try check(#require(InterfaceName("br0")), [0x62, 0x72, 0x30] + [UInt8](repeating: 0, count: 13))
        try check(Concat(L4Protocol.tcp, #require(Port(80))), [6, 0, 0, 0, 0, 80, 0, 0])
        try check(
            Concat(IPv4Address(1, 2, 3, 4), Concat(L4Protocol.udp, #require(Port(53)))),
            [1, 2, 3, 4, 17, 0, 0, 0, 0, 53, 0, 0])
    }

    private func check<Value: Datum>(_ value: Value, _ bytes: [UInt8]) throws {
        #expect(value.datumBytes == bytes)
        #expect(Value(datumBytes: bytes[...]) == value)
        #expect(Value(elementValue: value.elementValue) == value)
        #expect(Value(elementValue: .verdict(.drop)) == nil)
    }

    @Test("refuses bytes of another width") func wrongWidth() {
        #expect(IPv4Address(datumBytes: [1, 2, 3]) == nil)
        #expect(IPv4Address(datumBytes: [UInt8](repeating: 0, count: 16)[...]) == nil)
        #expect(IPv6Address(datumBytes: [1, 2, 3, 4]) == nil)
        #expect(L4Protocol(datumBytes: [1]) == nil)
        #expect(Port(datumBytes: [1]) == nil)
        #expect(Port(datumBytes: [0, 0]) == nil)
        #expect(Mark(datumBytes: []) == nil)
        #expect(InterfaceName(datumBytes: [0, 0]) == nil)
        #expect(Concat<L4Protocol, Port>(datumBytes: [6, 0, 0, 0]) == nil)
        #expect(Concat<L4Protocol, Port>(datumBytes: [6, 0, 0, 0, 0, 0, 0, 0]) == nil)
    }

    @Test(
        "comments fit nft", arguments: [("short", "short"), ("a \"b\"\n", "a 'b''"), ("tab\there", "tab'here")])
    func comments(text: String, expected: String) {
        #expect(Table(.inet, "t", comment: text).comment == expected)
    }

    @Test("long comments end at a character") func longComments() {
        let text = String(repeating: "ä", count: 100)
        #expect(Table(.inet, "t", comment: text).comment == String(repeating: "ä", count: 64))
        #expect(Table(.inet, "t", comment: "x" + text).comment?.utf8.count == 127)
        let longest = String(repeating: "x", count: 128)
        #expect(Table(.inet, "t", comment: longest + "y").comment == longest)
    }

    @Test("verdicts read as nft writes them") func verdicts() {
        let verdicts: [Verdict] = [.accept, .drop, .return, .jump("a"), .goto("b")]
        #expect(verdicts.map(\.description) == ["accept", "drop", "return", "jump a", "goto b"])
        #expect(Verdict(elementValue: .bytes([])) == nil)
    }
}
