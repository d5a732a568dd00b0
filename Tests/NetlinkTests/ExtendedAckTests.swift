// SPDX-License-Identifier: Apache-2.0
import SystemPackage
import TestSupport
import Testing

// Acknowledgements surface as the causes of errors only.
@testable import Netlink

struct ExtendedAckTests {
    @Test(
        "the kernel's sentence is found behind the request, repeated or not",
        arguments: [
            ("error-capped.reply", .notSupportedOnSocket, "Unknown device type", nil),
            ("error-echoing.reply", .notSupportedOnSocket, "Unknown device type", nil),
            ("error-offset.reply", .outOfRange, "Attribute failed policy validation", 32),
            (
                "done-refused.reply", .invalidArgument,
                "ipv4: Invalid values in header for address dump request", nil
            ),
        ] as [(String, Errno, String, Int?)])
    func sentence(fixture: String, errno: Errno, message: String, offset: Int?) throws {
        var replies = Replies(to: 1, at: 1000, ending: .acknowledgement)
        let bytes = try WireFixture(fixture).bytes
        #expect(throws: NetlinkError.Cause.refused(errno, message: message, attributeOffset: offset)) {
            try withSpan(bytes) { span throws(NetlinkError.Cause) in try replies.read(span) { _ in } }
        }
    }
}
