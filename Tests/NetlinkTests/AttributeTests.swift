// SPDX-License-Identifier: Apache-2.0
import CNetlink
import NetworkTypes
import TestSupport
import Testing

// Writers and readers of attributes are what requests and decoders are made of.
@testable import Netlink

private enum Space: AttributeSpace {}

extension Attribute<Space, String> {
    fileprivate static var text: Self { Self(1) }
}

extension Attribute<Space, UInt32> {
    fileprivate static var number: Self { Self(2) }
}

extension Attribute<Space, Nested<Space>> {
    fileprivate static var nest: Self { Self(3) }
}

struct AttributeTests {
    private func write(capacity: Int, _ body: (inout AttributeWriter<Space>) -> Void) -> (fits: Bool, bytes: [UInt8]) {
        var buffer = MessageBuffer(capacity: capacity)
        let type = MessageType<nfgenmsg, Space>(1)
        let fits = buffer.append(type, [], header: nfgenmsg(), sequence: 0, body)
        return (fits, buffer.bytes)
    }

    /// Numbers, lengths of payloads, and for the nest what is in it.
    private func read(_ attributes: RawSpan) throws(Malformation) -> [String] {
        var found: [String] = []
        try attributes.forEachAttribute { type, value throws(Malformation) in
            found.append(type == 3 ? "3:\(try read(value))" : "\(type):\(value.byteCount)")
        }
        return found
    }

    @Test("what was written is read back, nests included")
    func roundTrip() throws {
        let (fits, bytes) = write(capacity: 1024) { message in
            message.put(.text, "abc")
            message.nest(.nest) { inner in
                inner.put(.number, 7)
                inner.nest(.nest) { $0.put(.text, "") }
            }
            message.put(.number, nil)
            message.put(.number, 8)
        }
        #expect(fits)
        let found = try withSpan(bytes) { span throws(Malformation) in
            try read(span.extracting(droppingFirst: 20))
        }
        #expect(found == ["1:4", #"3:["2:4", "3:[\"1:1\"]"]"#, "2:4"])
    }

    @Test("a request that does not fit is refused whole, wherever it overflows", arguments: 0..<76)
    func overflow(capacity: Int) {
        let (fits, bytes) = write(capacity: capacity) { message in
            message.put(.text, "abcdefgh")
            message.nest(.nest) { inner in
                inner.put(.number, 7)
                inner.nest(.nest) { $0.put(.text, "0123456789012345") }
            }
        }
        #expect(!fits && bytes.isEmpty)
    }

    @Test("a nest over 64 KiB is an overflow, although the buffer has room")
    func nestTooLong() {
        let long = String(repeating: "x", count: 40000)
        let (fits, _) = write(capacity: 200_000) { message in
            message.nest(.nest) { inner in
                inner.put(.text, long)
                inner.put(.text, long)
            }
        }
        #expect(!fits)
    }

    @Test("an attribute over 64 KiB is an overflow")
    func attributeTooLong() {
        let (fits, _) = write(capacity: 200_000) { $0.put(.text, String(repeating: "x", count: 70000)) }
        #expect(!fits)
    }

    @Test(
        "attributes that lie about their length are refused",
        arguments: [
            [0, 0, 1, 0], [3, 0, 1, 0], [8, 0, 1, 0, 0, 0, 0], [4, 0], [255, 255, 1, 0, 1, 2, 3, 4], [4, 0, 1, 0, 9],
        ] as [[UInt8]])
    func lies(bytes: [UInt8]) {
        #expect(throws: Malformation.truncatedAttribute) {
            try withSpan(bytes) { span throws(Malformation) in try span.forEachAttribute { _, _ in } }
        }
    }

    @Test("values shorter than their type are refused")
    func shortValues() {
        withSpan([1, 2, 3]) { span in
            #expect(throws: Malformation.invalidValue) { try span.load(as: UInt32.self) }
            #expect(throws: Malformation.invalidValue) { try IPAddress(attribute: span) }
            #expect(throws: Malformation.truncatedMessage) { try span.header(as: ifinfomsg.self) }
        }
    }

    @Test("text ends at a NUL or at its end", arguments: [([97, 98], "ab"), ([97, 0, 98], "a"), ([], "")])
    func text(bytes: [UInt8], text: String) { withSpan(bytes) { #expect($0.text() == text) } }
}
