// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import LinuxSystem
internal import SystemPackage

/// What the kernel tells everybody who asked for it: netlink multicast.
package struct NetlinkMonitor: ~Copyable {
    private var socket: NetlinkSocket

    /// Listens in the calling thread's network namespace.
    ///
    /// - Parameter groups: Numbers such as `RTNLGRP_LINK`, `NFNLGRP_NFTABLES`.
    package init(_ family: NetlinkSocket.Family, groups: [Int32]) throws(NetlinkError) {
        let socket = try NetlinkSocket(family)
        for group in groups { try socket.join(group) }
        self.socket = socket
    }

    /// Makes `poll` report when there is news.
    package borrowing func watch(by poll: borrowing EventPoll, token: UInt64) throws(SystemError) {
        try poll.add(socket.descriptor, for: .reading, token: token)
    }

    /// Takes all news there is, without waiting, and hands type and payload of each message to `body`.
    ///
    /// - Returns: false when some were lost, because there were too many or one was too long.
    @discardableResult
    package mutating func takeMessages(
        _ body: (Int, RawSpan) throws(Malformation) -> Void
    ) throws(NetlinkError) -> Bool {
        var isComplete = true
        while true {
            do throws(NetlinkError.Cause) {
                let received = try socket.receive(waiting: false) { datagram throws(NetlinkError.Cause) in
                    try Self.read(datagram, body)
                }
                if !received { return isComplete }
            } catch {
                switch error {
                case .transport(.noBufferSpace), .malformed: isComplete = false
                default: throw NetlinkError(operation: "read news of the kernel", cause: error)
                }
            }
        }
    }

    private static func read(
        _ datagram: RawSpan, _ body: (Int, RawSpan) throws(Malformation) -> Void
    ) throws(NetlinkError.Cause) {
        try datagram.forEachMessage { header, payload throws(NetlinkError.Cause) in
            do throws(Malformation) { try body(Int(header.nlmsg_type), payload) } catch { throw .malformed(error) }
        } orThrow: {
            .malformed($0)
        }
    }
}

/// Links and addresses that come, change and go.
extension NetlinkMonitor {
    package static func interfaces() throws(NetlinkError) -> NetlinkMonitor {
        try NetlinkMonitor(.route, groups: [1, 5, 9])  // RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR
    }
}
