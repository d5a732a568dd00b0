// SPDX-License-Identifier: Apache-2.0
import CNetlink
import SystemPackage
import TestSupport
import Testing

// The reader of replies has no socket, so that tests can play the kernel.
@testable import Netlink

/// Which messages answer a request, and when the answer is complete.
struct RepliesTests {
    /// One message with four bytes of payload.
    private func message(
        _ type: Int32, flags: Int32 = 0, sequence: UInt32 = 1, portID: UInt32 = 1000, payload: Int32 = 0
    ) -> [UInt8] {
        let header = nlmsghdr(
            nlmsg_len: 20, nlmsg_type: UInt16(type), nlmsg_flags: UInt16(flags), nlmsg_seq: sequence,
            nlmsg_pid: portID)
        return wireBytes(of: header) + wireBytes(of: payload)
    }

    /// An acknowledgement, or a refusal.
    private func acknowledgement(_ code: Int32 = 0, sequence: UInt32 = 1) -> [UInt8] {
        let header = nlmsghdr(
            nlmsg_len: 36, nlmsg_type: UInt16(NLMSG_ERROR), nlmsg_flags: 0, nlmsg_seq: sequence, nlmsg_pid: 1000)
        return wireBytes(of: header) + wireBytes(of: nlmsgerr(error: code, msg: nlmsghdr()))
    }

    /// Reads a datagram and returns the payloads that were handed out.
    private func read(
        _ datagram: [UInt8], _ replies: inout Replies
    ) throws(NetlinkError.Cause) -> [Int32] {
        var values: [Int32] = []
        try withSpan(datagram) { span throws(NetlinkError.Cause) in
            try replies.read(span) { payload throws(Malformation) in values.append(try payload.load(as: Int32.self)) }
        }
        return values
    }

    private let link = Int32(RTM_NEWLINK)

    @Test("messages for others are dropped", arguments: [(2, 1000), (0, 1000), (1, 0), (1, 999)] as [(UInt32, UInt32)])
    func foreign(sequence: UInt32, portID: UInt32) throws {
        var replies = Replies(to: 1, at: 1000, ending: .object)
        let stranger = message(link, sequence: sequence, portID: portID, payload: 5)
        #expect(try read(stranger + message(link, payload: 7), &replies) == [7])
        #expect(replies.isComplete)
    }

    @Test("a late acknowledgement of the request before is not taken for this one's")
    func lateAcknowledgement() throws {
        var replies = Replies(to: 2, at: 1000, ending: .acknowledgement)
        #expect(try read(acknowledgement(-17, sequence: 1), &replies) == [])
        #expect(!replies.isComplete)
        #expect(try read(acknowledgement(sequence: 2), &replies) == [])
        #expect(replies.isComplete)
    }

    @Test("a refusal ends the conversation, whatever was expected", arguments: [-17, -1, Int32.min])
    func refusal(code: Int32) throws {
        for ending in [Replies.Ending.acknowledgement, .object, .done] {
            var replies = Replies(to: 1, at: 1000, ending: ending)
            let expected = Errno(rawValue: code == .min ? .max : -code)
            #expect(throws: NetlinkError.Cause.refused(expected, message: nil, attributeOffset: nil)) {
                _ = try read(acknowledgement(code), &replies)
            }
            #expect(replies.isComplete)
        }
    }

    @Test("a dump runs to its end, over many datagrams")
    func dump() throws {
        var replies = Replies(to: 1, at: 1000, ending: .done)
        let part = message(link, flags: NLM_F_MULTI, payload: 1) + message(link, flags: NLM_F_MULTI, payload: 2)
        #expect(try read(part, &replies) == [1, 2])
        #expect(!replies.isComplete)
        let end = message(link, flags: NLM_F_MULTI, payload: 3) + message(NLMSG_DONE, flags: NLM_F_MULTI)
        #expect(try read(end + message(link, payload: 4), &replies) == [3])
        #expect(replies.isComplete && !replies.wasInterrupted)
    }

    @Test("a dump is torn when any part says so", arguments: 0...3)
    func tornDump(torn: Int) throws {
        var replies = Replies(to: 1, at: 1000, ending: .done)
        for part in 0...3 {
            let flags = NLM_F_MULTI | (part == torn ? NLM_F_DUMP_INTR : 0)
            _ = try read(message(part == 3 ? NLMSG_DONE : link, flags: flags), &replies)
        }
        #expect(replies.isComplete && replies.wasInterrupted)
    }

    @Test("an error at the end of a dump is an error")
    func refusedDump() throws {
        var replies = Replies(to: 1, at: 1000, ending: .done)
        #expect(throws: NetlinkError.Cause.self) {
            _ = try read(message(NLMSG_DONE, flags: NLM_F_MULTI, payload: -22), &replies)
        }
    }

    @Test("lost messages are an error")
    func overrun() throws {
        var replies = Replies(to: 1, at: 1000, ending: .done)
        #expect(throws: NetlinkError.Cause.malformed(.overrun)) { _ = try read(message(NLMSG_OVERRUN), &replies) }
    }

    @Test("padding messages are nothing")
    func noOperation() throws {
        var replies = Replies(to: 1, at: 1000, ending: .object)
        #expect(try read(message(NLMSG_NOOP), &replies) == [])
        #expect(!replies.isComplete)
    }

    @Test("errors of a batch are attributed by sequence number, whatever their order")
    func batch() throws {
        var replies = BatchReplies(count: 3, from: .max, at: 1000)  // sequence numbers wrap
        try withSpan(
            acknowledgement(-16, sequence: 1) + acknowledgement(-17, sequence: .max) + acknowledgement(sequence: 0)
                + acknowledgement(-1, sequence: 2) + acknowledgement(-1, sequence: 77)
        ) { span throws(NetlinkError.Cause) in try replies.read(span) }
        #expect(replies.refusals.map(\.index) == [2, 0])
        #expect(replies.acknowledged == [1])
    }
}
