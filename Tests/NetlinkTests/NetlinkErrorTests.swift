// SPDX-License-Identifier: Apache-2.0
import Netlink
import SystemPackage
import Testing

struct NetlinkErrorTests {
    private static func refused(_ errno: Errno, _ message: String? = nil) -> NetlinkError {
        NetlinkError(
            operation: "link add veth0 type veth",
            cause: .refused(errno, message: message, attributeOffset: nil))
    }

    @Test(
        "an error reads: operation, errno text, kernel text",
        arguments: [
            (refused(.fileExists), "link add veth0 type veth: File exists"),
            (
                refused(.notSupportedOnSocket, "Unknown device type"),
                "link add veth0 type veth: Operation not supported: Unknown device type"
            ),
            (
                NetlinkError(operation: "route show", cause: .dumpInterrupted(attempts: 5)),
                "route show: the table changed during each of 5 attempts to read it"
            ),
            (
                NetlinkError(operation: "link show br0", cause: .transport(.noBufferSpace)),
                "link show br0: netlink socket: No buffer space available"
            ),
            (
                NetlinkError(operation: "link show br0", cause: .noReply(milliseconds: 5000)),
                "link show br0: no reply from the kernel within 5000 ms"
            ),
            (
                NetlinkError(operation: "link show br0", cause: .malformed(.truncatedAttribute)),
                "link show br0: the reply ends inside an attribute"
            ),
        ])
    func description(error: NetlinkError, text: String) { #expect(error.description == text) }

    @Test("causes are told apart without reading text")
    func predicates() {
        let missing: [Errno] = [
            .operationNotSupportedByDevice, .noSuchFileOrDirectory, .noSuchProcess, .addressNotAvailable,
        ]
        for errno in missing { #expect(Self.refused(errno).isNotFound) }
        for errno in [Errno.notPermitted, .permissionDenied] { #expect(Self.refused(errno).isPermissionDenied) }
        let unsupported: [Errno] = [
            .notSupportedOnSocket, .protocolNotSupported, .addressFamilyNotSupported, Errno(rawValue: 524),
        ]
        for errno in unsupported { #expect(Self.refused(errno).isNotSupported) }
        #expect(Self.refused(.fileExists).isAlreadyExists && !Self.refused(.fileExists).isNotFound)
        #expect(Self.refused(.resourceBusy).isBusy)
        // A socket that cannot be opened says nothing about links.
        let transport = NetlinkError(operation: "open netlink socket", cause: .transport(.noSuchFileOrDirectory))
        #expect(!transport.isNotFound)
    }
}
