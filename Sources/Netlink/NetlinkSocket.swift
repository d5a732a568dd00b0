// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import Glibc
package import LinuxSystem
internal import SystemPackage

/// A netlink socket. It belongs for life to the network namespace it was opened in.
///
/// Kernels from 4.20 on: strict checking of dump requests is not optional, because without it filters are ignored
/// silently.
@safe
package struct NetlinkSocket: ~Copyable {
    /// A netlink protocol.
    package struct Family: Sendable {
        let rawValue: Int32

        /// Links, addresses, routes, rules, neighbours, queueing disciplines.
        package static var route: Self { Self(rawValue: NETLINK_ROUTE) }
        /// Sockets of processes.
        package static var socketDiagnostics: Self { Self(rawValue: NETLINK_SOCK_DIAG) }
        /// nftables and connection tracking.
        package static var netfilter: Self { Self(rawValue: NETLINK_NETFILTER) }
    }

    /// Longest wait for a reply. The kernel answers before send(2) returns, so only a defect makes anyone wait.
    static let receiveTimeout = 5000

    let descriptor: OwnedDescriptor
    /// The address the kernel gave this socket; every reply carries it.
    package let portID: UInt32
    private var lastSequence: UInt32 = 0
    /// Reused by every request.
    var request: MessageBuffer
    /// The kernel fills at most 32 KiB per datagram of a dump.
    private let receiveBuffer: UnsafeMutableRawBufferPointer

    /// Opens a socket in the calling thread's network namespace.
    package init(_ family: Family) throws(NetlinkError) {
        let descriptor = try openDescriptor(family.rawValue)
        let portID = try bindToKernelAssignedPort(descriptor)
        self.init(descriptor, portID: portID)
    }

    /// Opens a socket in `namespace`. The calling thread goes there and back.
    package init(_ family: Family, in namespace: borrowing NetworkNamespace) throws(NetlinkError) {
        let descriptor = try openDescriptor(family.rawValue, in: namespace)
        let portID = try bindToKernelAssignedPort(descriptor)
        self.init(descriptor, portID: portID)
    }

    private init(_ descriptor: consuming OwnedDescriptor, portID: UInt32) {
        self.descriptor = descriptor
        self.portID = portID
        request = MessageBuffer()
        unsafe receiveBuffer = .allocate(byteCount: 32768, alignment: 16)
    }

    deinit { unsafe receiveBuffer.deallocate() }

    /// Takes part in what the kernel tells the members of a group. For sockets that do nothing else.
    borrowing func join(_ group: Int32) throws(NetlinkError) {
        guard setOption(descriptor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group) else {
            throw socketError("join netlink group \(group)")
        }
    }

    /// Claims `count` consecutive sequence numbers and returns the first.
    mutating func claimSequence(_ count: Int = 1) -> UInt32 {
        let first = lastSequence &+ 1
        lastSequence &+= UInt32(count)
        return first
    }

    /// Sends one datagram of requests. The kernel has performed them when this returns.
    borrowing func send(_ bytes: UnsafeRawBufferPointer) throws(NetlinkError.Cause) {
        while unsafe Glibc.send(descriptor.rawValue, bytes.baseAddress, bytes.count, 0) < 0 {
            let error = lastError()
            if error == .interrupted { continue }
            guard error == .messageTooLong, growSendQueue(to: bytes.count) else { throw .transport(error) }
        }
    }

    /// The queue holds 208 KiB unless told otherwise, and a transaction must be one datagram.
    private borrowing func growSendQueue(to count: Int) -> Bool {
        var current: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let known = unsafe getsockopt(descriptor.rawValue, SOL_SOCKET, SO_SNDBUF, &current, &length) == 0
        guard known, Int(current) < count + 4096, let wanted = Int32(exactly: count + 4096) else { return false }
        return setOption(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, wanted)
    }

    /// Makes room for a refusal of each of `count` requests. The queue holds some 250 of them unless told otherwise, and
    /// what does not fit is lost. Without the privilege for more it stays as it is.
    package borrowing func growReceiveQueue(forReplies count: Int) {
        guard count > 100, let wanted = Int32(exactly: count * 1280) else { return }
        _ = setOption(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, wanted)
    }

    /// Waits for one datagram from the kernel and hands it to `body`. Returns false when `waiting` is false and there is
    /// none.
    ///
    /// - Throws: `.transport(.noBufferSpace)` when the receive queue overflowed: replies were lost.
    mutating func receive(
        waiting: Bool = true, _ body: (RawSpan) throws(NetlinkError.Cause) -> Void
    ) throws(NetlinkError.Cause) -> Bool {
        guard let count = try receive(flags: waiting ? 0 : Int32(MSG_DONTWAIT)) else { return false }
        guard unsafe count <= receiveBuffer.count else { throw .malformed(.truncatedDatagram) }
        let datagram = unsafe UnsafeRawBufferPointer(rebasing: receiveBuffer[..<count])
        try unsafe body(datagram.bytes)
        return true
    }

    /// The true length of the datagram received, which may exceed the buffer; nil if none came.
    private borrowing func receive(flags: Int32) throws(NetlinkError.Cause) -> Int? {
        while true {
            var sender = sockaddr_nl()
            var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
            let count = unsafe withUnsafeMutableBytes(of: &sender) { address in
                unsafe recvfrom(
                    descriptor.rawValue, receiveBuffer.baseAddress, receiveBuffer.count,
                    flags | Int32(MSG_TRUNC), address.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                    &length)
            }
            if count >= 0 {
                // Other processes can write to this socket; only the kernel's port is 0.
                if sender.nl_pid == 0 { return count }
                continue
            }
            let error = lastError()
            if error == .interrupted { continue }
            guard error == .wouldBlock else { throw .transport(error) }
            guard flags == 0 else { return nil }
            throw .noReply(milliseconds: Self.receiveTimeout)
        }
    }
}

private func lastError() -> Errno { Errno(rawValue: Glibc.errno) }

private func socketError(_ operation: String) -> NetlinkError {
    NetlinkError(operation: operation, cause: .transport(lastError()))
}

private func openDescriptor(_ family: Int32) throws(NetlinkError) -> OwnedDescriptor {
    let type = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue)
    let raw = socket(AF_NETLINK, type, family)
    guard raw >= 0 else { throw socketError("open netlink socket") }
    let descriptor = OwnedDescriptor(adopting: raw)
    for option in [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK] {
        guard setOption(descriptor, SOL_NETLINK, option, 1 as Int32) else {
            throw socketError("set netlink socket option \(option)")
        }
    }
    let timeout = timeval(
        tv_sec: NetlinkSocket.receiveTimeout / 1000, tv_usec: NetlinkSocket.receiveTimeout % 1000 * 1000)
    guard setOption(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeout) else {
        throw socketError("set netlink socket time-out")
    }
    return descriptor
}

private func openDescriptor(
    _ family: Int32, in namespace: borrowing NetworkNamespace
) throws(NetlinkError) -> OwnedDescriptor {
    do throws(NamespaceError<NetlinkError>) {
        return try withNetworkNamespace(namespace) { () throws(NetlinkError) in try openDescriptor(family) }
    } catch {
        switch error {
        case .entering(let error): throw NetlinkError(operation: error.operation, cause: .transport(error.errno))
        case .body(let error): throw error
        }
    }
}

private func setOption<Value: BitwiseCopyable>(
    _ descriptor: borrowing OwnedDescriptor, _ level: Int32, _ option: Int32, _ value: Value
) -> Bool {
    unsafe withUnsafeBytes(of: value) {
        unsafe setsockopt(descriptor.rawValue, level, option, $0.baseAddress, socklen_t($0.count)) == 0
    }
}

private func bindToKernelAssignedPort(_ descriptor: borrowing OwnedDescriptor) throws(NetlinkError) -> UInt32 {
    var address = sockaddr_nl()
    address.nl_family = sa_family_t(AF_NETLINK)
    let raw = descriptor.rawValue
    let failed = unsafe withUnsafeMutableBytes(of: &address) { bytes in
        var length = socklen_t(bytes.count)
        let pointer = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
        return unsafe bind(raw, pointer, length) != 0 || getsockname(raw, pointer, &length) != 0
    }
    guard !failed else { throw socketError("bind netlink socket") }
    return address.nl_pid
}
