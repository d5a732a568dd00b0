// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import NetworkTypes
package import SystemPackage

/// A socket that tries to reach somebody once.
package struct ProbeSocket: ~Copyable {
    /// How the try ended.
    package enum Outcome: Hashable, Sendable {
        /// TCP: the other end accepted the connection. UDP: the other end answered.
        case answered
        /// Somebody on the way, or the other end, said no.
        case refused(Errno)
        case silent
    }

    package let descriptor: OwnedDescriptor
    /// The port it sends from.
    package let port: UInt16
    private let transport: L4Protocol

    /// Bound to an address of the calling thread's network namespace, in which it stays.
    package init(_ transport: L4Protocol, from source: IPAddress) throws(SystemError) {
        let descriptor = try InternetSocket.open(source.family, transport == .udp ? SOCK_DGRAM : SOCK_STREAM)
        try InternetSocket.bind(descriptor, to: source, port: 0)
        var place = SocketAddress()
        let raw = descriptor.rawValue
        try check("read the port of a socket") { unsafe place.fill { unsafe getsockname(raw, $0, $1) } }
        if transport != .udp {
            // Reset instead of an orderly end: nothing of the connection stays behind.
            var option = linger(l_onoff: 1, l_linger: 0)
            unsafe setsockopt(raw, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        port = place.port
        self.descriptor = descriptor
        self.transport = transport
    }

    /// Sends the first packet: a SYN, or an empty datagram. Does not wait.
    package borrowing func start(to destination: IPAddress, port: UInt16) throws(SystemError) {
        try InternetSocket.connect(descriptor, to: destination, interface: nil, port: port)
        guard transport == .udp else { return }
        let raw = descriptor.rawValue
        try check("send a datagram") { unsafe Int32(clamping: send(raw, [0], 0, 0)) }
    }

    /// What is known by now; nil while nothing is.
    package borrowing func outcome() -> Outcome? {
        var waiting = pollfd(fd: descriptor.rawValue, events: Int16(transport == .udp ? POLLIN : POLLOUT), revents: 0)
        guard unsafe poll(&waiting, 1, 0) == 1 else { return nil }
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor.rawValue, SOL_SOCKET, SO_ERROR, &error, &length)
        return error == 0 ? .answered : .refused(Errno(rawValue: error))
    }
}
