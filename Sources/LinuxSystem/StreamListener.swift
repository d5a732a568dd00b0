// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import NetworkTypes
package import SystemPackage

/// A socket at which others connect, and that never waits for them.
package struct StreamListener: ~Copyable {
    package let descriptor: OwnedDescriptor

    /// TCP at an address that the host need not have yet.
    ///
    /// - Throws: `EADDRINUSE` when another program listens there, or at every address.
    package init(boundTo address: IPAddress, port: UInt16) throws(SystemError) {
        let descriptor = try InternetSocket.open(address.family, SOCK_STREAM)
        // Connections that an earlier process left behind do not count.
        InternetSocket.set(descriptor, SOL_SOCKET, SO_REUSEADDR, to: 1)
        try InternetSocket.bind(descriptor, to: address, port: port)
        try Self.listen(descriptor, 512)
        self.descriptor = descriptor
    }

    /// A socket file, in place of what is there, that only its owner can connect to. unix(7).
    package init(at path: FilePath) throws(SystemError) {
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard raw >= 0 else { throw .last("make a socket") }
        let descriptor = OwnedDescriptor(adopting: raw)
        let address = try LocalAddress(path)
        try File.remove(path)
        // The permissions count from the first moment on.
        let earlier = umask(0o177)
        defer { umask(earlier) }
        try check("bind to \(path)") { unsafe address.withSockaddr { unsafe bind(raw, $0, $1) } }
        try Self.listen(descriptor, 128)
        self.descriptor = descriptor
    }

    /// Whether a supervisor opened a socket for this process. sd_listen_fds(3).
    ///
    /// - Parameter environment: `NAME=value` entries.
    package static func isPassed(in environment: [String]) -> Bool {
        environment.contains("LISTEN_PID=\(getpid())") && environment.contains("LISTEN_FDS=1")
    }

    /// The socket that a supervisor opened for this process. To be called once, when ``isPassed(in:)`` says so.
    ///
    /// - Throws: `EINVAL` when nobody can connect to what was passed.
    package static func passed() throws(SystemError) -> StreamListener {
        // The first descriptor behind the standard streams.
        let raw = STDERR_FILENO + 1
        let descriptor = OwnedDescriptor(adopting: raw)
        var isListening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        try check("look at the passed socket") {
            unsafe getsockopt(raw, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size)
        }
        guard isListening != 0 else { throw SystemError("listen at the passed socket", .invalidArgument) }
        try check("keep the passed socket to this process") { fcntl(raw, F_SETFD, FD_CLOEXEC) }
        try check("never wait at the passed socket") { fcntl(raw, F_SETFL, O_NONBLOCK) }
        return StreamListener(descriptor)
    }

    private init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

    private static func listen(_ descriptor: borrowing OwnedDescriptor, _ backlog: Int32) throws(SystemError) {
        let raw = descriptor.rawValue
        try check("listen") { Glibc.listen(raw, backlog) }
    }

    /// The next connection, and who made it unless its socket is a file; nil when nobody waits.
    package borrowing func accept() throws(SystemError) -> Accepted? {
        var sender = SocketAddress()
        let raw = unsafe withUnsafeMutablePointer(to: &sender) { unsafe swnet_accept(descriptor.rawValue, $0) }
        if raw >= 0 { return Accepted(stream: Stream(adopting: raw), sender: sender.address) }
        switch Glibc.errno {
        // Who gave up meanwhile is nobody.
        case EAGAIN, EINTR, ECONNABORTED, EPROTO, ENETDOWN, EHOSTUNREACH, ENETUNREACH: return nil
        default: throw .last("accept a connection")
        }
    }

    package struct Accepted: ~Copyable {
        package let stream: Stream
        package let sender: IPAddress?

        package consuming func take() -> Stream { stream }
    }
}

/// A connection that never waits.
package struct Stream: ~Copyable {
    package let descriptor: OwnedDescriptor

    init(adopting raw: Int32) { descriptor = OwnedDescriptor(adopting: raw) }

    /// TCP to a server; the connection may still be on its way. It can be written to when it is there.
    ///
    /// - Parameter interface: The name or number of the interface of a link-local address.
    package init(connectingTo address: IPAddress, interface: String?, port: UInt16) throws(SystemError) {
        let descriptor = try InternetSocket.open(address.family, SOCK_STREAM)
        try InternetSocket.connect(descriptor, to: address, interface: interface, port: port)
        self.descriptor = descriptor
    }

    package enum Received: Equatable, Sendable {
        case octets(Int)
        /// Nothing for now.
        case nothing
        /// The other end has said everything, or the connection is broken.
        case end
    }

    /// Puts what has arrived at the front of `buffer`.
    package borrowing func receive(into buffer: inout [UInt8]) -> Received {
        let raw = descriptor.rawValue
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(raw, $0.baseAddress, $0.count, 0) }
        if count > 0 { return .octets(count) }
        return count < 0 && (Glibc.errno == EAGAIN || Glibc.errno == EINTR) ? .nothing : .end
    }

    /// Sends as much as the kernel takes now; nil when the connection is broken.
    package borrowing func send(_ bytes: ArraySlice<UInt8>) -> Int? {
        let raw = descriptor.rawValue
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count >= 0 { return count }
        return Glibc.errno == EAGAIN || Glibc.errno == EINTR ? 0 : nil
    }
}
