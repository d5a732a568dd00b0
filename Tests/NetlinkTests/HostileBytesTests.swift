// SPDX-License-Identifier: Apache-2.0
import CNetlink
import LinuxSystem
import TestSupport
import Testing

// Decoders are reached without a socket, which would let nothing wrong through.
@testable import Netlink

/// Decoders may refuse bytes; they may not trap, loop or read beyond the end.
struct HostileBytesTests {
    static let fixtures = [
        "link-bridge.reply", "link-veth.reply", "address-ipv4.reply", "address-peer.reply", "address-ipv6.reply",
        "route-default.reply", "route-multipath.reply", "route-multipath-ipv6.reply", "rule.reply",
        "neighbour.reply", "qdisc.reply", "bridge-vlan.reply", "conntrack.reply", "socket.reply",
        "error-capped.reply", "error-echoing.reply", "error-offset.reply", "done-refused.reply",
    ]

    /// Hands the bytes to everything that reads what a kernel sent, payload by payload and as a whole datagram.
    private func feed(_ datagram: [UInt8]) {
        withSpan(datagram) { span in
            for ending in [Replies.Ending.acknowledgement, .object, .done] {
                var replies = Replies(to: 1, at: 1000, ending: ending)
                do throws(NetlinkError.Cause) { try replies.read(span) { decodeAsEverything($0) } } catch {}
            }
            var batch = BatchReplies(count: 5, from: 0, at: 1000)
            do throws(NetlinkError.Cause) { try batch.read(span) } catch {}
            if span.byteCount >= 16 { decodeAsEverything(span.extracting(droppingFirst: 16)) }
        }
    }

    private func decodeAsEverything(_ payload: RawSpan) {
        attempt { () throws(Malformation) in
            let link = try Link(decoding: payload)
            _ = (link.bridge, link.bridgePort)
        }
        attempt { () throws(Malformation) in _ = try InterfaceAddress(decoding: payload) }
        attempt { () throws(Malformation) in _ = try Route(decoding: payload) }
        attempt { () throws(Malformation) in _ = try RoutingRule(decoding: payload) }
        attempt { () throws(Malformation) in _ = try Neighbor(decoding: payload) }
        attempt { () throws(Malformation) in _ = try QueueingDiscipline(decoding: payload) }
        attempt { () throws(Malformation) in _ = try BridgeVLANMembership(decoding: payload) }
        attempt { () throws(Malformation) in _ = try Conntrack(decoding: payload) }
        attempt { () throws(Malformation) in _ = try BoundSocket(decoding: payload) }
        for flags: RequestFlags in [[], .acknowledgementAttributes, [.acknowledgementAttributes, .capped]] {
            attempt { () throws(Malformation) in _ = try ExtendedAck(error: payload, flags: flags) }
            attempt { () throws(Malformation) in _ = try ExtendedAck(done: payload, flags: flags) }
        }
    }

    private func attempt(_ body: () throws(Malformation) -> Void) { do throws(Malformation) { try body() } catch {} }

    @Test("every truncation is refused or read, never a trap", arguments: fixtures)
    func truncation(fixture: String) throws {
        let bytes = try WireFixture(fixture).bytes
        for length in 0...bytes.count {
            feed(Array(bytes[..<length]))
            // As if the kernel had meant to send just that much.
            feed(relabelled(bytes, length))
        }
    }

    /// The first `length` bytes with a message length that agrees.
    private func relabelled(_ bytes: [UInt8], _ length: Int) -> [UInt8] {
        length < 4 ? Array(bytes[..<length]) : wireBytes(of: UInt32(length)) + bytes[4..<length]
    }

    @Test("bytes changed at random are refused or read, never a trap", arguments: fixtures)
    func mutation(fixture: String) throws {
        let bytes = try WireFixture(fixture).bytes
        var random = SeededGenerator(seed: UInt64(bytes.count))
        for _ in 0..<500 {
            var mutant = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let value = [0, 1, 3, 4, 0x7f, 0xff, UInt8.random(in: 0...255, using: &random)]
                mutant[Int.random(in: 0..<mutant.count, using: &random)] = value.randomElement(using: &random) ?? 0
            }
            feed(mutant)
        }
    }

    @Test("random bytes are refused or read, never a trap", arguments: [1, 2, 3] as [UInt64])
    func noise(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...300, using: &random)
            feed((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    @Test("lengths of 0 and beyond the end are refused at every four bytes", arguments: fixtures)
    func lengths(fixture: String) throws {
        let bytes = try WireFixture(fixture).bytes
        for offset in stride(from: 0, to: bytes.count - 1, by: 4) {
            for length: UInt16 in [0, 1, 3, 5, UInt16(bytes.count), .max] {
                var mutant = bytes
                mutant[offset] = UInt8(truncatingIfNeeded: length)
                mutant[offset + 1] = UInt8(length >> 8)
                feed(mutant)
            }
        }
    }
}

/// SplitMix64: the same bytes in every run.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
