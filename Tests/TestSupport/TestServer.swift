// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// Answers on every address of a namespace and reports which source address it saw.
package final class TestServer: Sendable {
    private let socket: OwnedDescriptor
    private let transport: L4Protocol

    package init(in namespace: TestNamespace, _ transport: L4Protocol = .tcp, port: Port) throws {
        self.transport = transport
        socket = try namespace.inside { try openSocket(.ipv6, transport) }
        var off: Int32 = 0
        // What a server before this one left behind does not matter.
        var on: Int32 = 1
        unsafe setsockopt(socket.rawValue, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        unsafe setsockopt(socket.rawValue, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, socklen_t(MemoryLayout<Int32>.size))
        let address = SocketAddress(.ipv6(IPv6Address(rawValue: 0)), port)
        // A program that another thread is starting has a server's socket for a moment longer than the server.
        var attempts = 0
        while unsafe address.withSockaddr({ unsafe bind(socket.rawValue, $0, $1) }) != 0 {
            attempts += 1
            guard errno == EADDRINUSE, attempts < 200 else { throw Errno(rawValue: errno) }
            usleep(10_000)
        }
        if transport == .tcp { try check(listen(socket.rawValue, 16)) }
    }

    /// Connects from `client` and exchanges a byte each way.
    ///
    /// - Parameter timeout: Milliseconds for each step.
    /// - Returns: the source address and the maximum segment size (0 for UDP) as this server saw them; nil when the
    ///   client could not connect or got no answer.
    package func reached(
        from client: TestNamespace, at address: IPAddress, port: Port, timeout: Int32 = 5000
    ) throws -> Seen? {
        let family = address.family
        let connection = try client.inside { try openSocket(family, transport) }
        // Connecting from inside: an unreachable network is an answer, too, not a failure of the test.
        let code = unsafe SocketAddress(address, port).withSockaddr { unsafe connect(connection.rawValue, $0, $1) }
        if code != 0, errno != EINPROGRESS { return nil }
        guard wait(for: connection.rawValue, POLLOUT, timeout), pendingError(connection.rawValue) == 0 else {
            return nil
        }
        guard unsafe send(connection.rawValue, [1], 1, Int32(MSG_NOSIGNAL)) == 1 else { return nil }
        guard wait(for: socket.rawValue, POLLIN, timeout) else { return nil }
        let seen = transport == .tcp ? try answerConnection(timeout) : try answerDatagram()
        var byte: UInt8 = 0
        guard wait(for: connection.rawValue, POLLIN, timeout), unsafe read(connection.rawValue, &byte, 1) == 1 else {
            return nil
        }
        return seen
    }

    package struct Seen: Equatable, Sendable {
        package let source: IPAddress
        package let segmentSize: Int32
    }

    private func answerConnection(_ timeout: Int32) throws -> Seen? {
        var peer = SocketAddress()
        let raw = unsafe peer.fill { unsafe accept(socket.rawValue, $0, $1) }
        guard raw >= 0 else { throw Errno(rawValue: errno) }
        let accepted = OwnedDescriptor(adopting: raw)
        var size: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(raw, Int32(IPPROTO_TCP), TCP_MAXSEG, &size, &length)
        var byte: UInt8 = 0
        guard wait(for: raw, POLLIN, timeout), unsafe read(accepted.rawValue, &byte, 1) == 1 else { return nil }
        guard unsafe write(accepted.rawValue, &byte, 1) == 1, let source = peer.address else { return nil }
        return Seen(source: source, segmentSize: size)
    }

    private func answerDatagram() throws -> Seen? {
        var peer = SocketAddress()
        var byte: UInt8 = 0
        let count = unsafe peer.fill { unsafe recvfrom(socket.rawValue, &byte, 1, 0, $0, $1) }
        guard count == 1, let source = peer.address else { throw Errno(rawValue: errno) }
        _ = unsafe peer.withSockaddr { unsafe sendto(socket.rawValue, [1], 1, 0, $0, $1) }
        return Seen(source: source, segmentSize: 0)
    }
}

/// A non-blocking socket in the namespace of the calling thread.
private func openSocket(_ family: IPFamily, _ transport: L4Protocol) throws -> OwnedDescriptor {
    let kind = transport == .tcp ? SOCK_STREAM.rawValue : SOCK_DGRAM.rawValue
    let options = kind | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let raw = socket(family == .ipv4 ? AF_INET : AF_INET6, Int32(options), 0)
    guard raw >= 0 else { throw Errno(rawValue: errno) }
    // Reset instead of FIN, so that no TIME_WAIT of one exchange meets the next.
    var option = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(raw, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    return OwnedDescriptor(adopting: raw)
}

private func wait(for descriptor: Int32, _ events: Int32, _ timeout: Int32) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return unsafe poll(&waiting, 1, timeout) == 1
}

private func pendingError(_ descriptor: Int32) -> Int32 {
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
    return error
}

private func check(_ result: Int32) throws {
    if result < 0 { throw Errno(rawValue: errno) }
}
