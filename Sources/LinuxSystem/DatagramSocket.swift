// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import NetworkTypes

/// A UDP socket that never waits.
package struct DatagramSocket: ~Copyable {
    package let descriptor: OwnedDescriptor

    /// Bound to an address that the host need not have yet.
    ///
    /// Not shared with anybody: a socket of another program at the address, or at every address, is `EADDRINUSE`.
    package init(boundTo address: IPAddress, port: UInt16) throws(SystemError) {
        let descriptor = try Self.open(address.family)
        try InternetSocket.bind(descriptor, to: address, port: port)
        // As much as the kernel lets us: a burst of questions is better queued than lost.
        InternetSocket.set(descriptor, SOL_SOCKET, SO_RCVBUF, to: 1 << 20)
        self.descriptor = descriptor
    }

    /// From a port that nobody can guess, to one other end and back; datagrams of others are not received.
    ///
    /// - Parameter interface: The name or number of the interface of a link-local address.
    package init(connectedTo address: IPAddress, interface: String?, port: UInt16) throws(SystemError) {
        let descriptor = try Self.open(address.family)
        try InternetSocket.connect(descriptor, to: address, interface: interface, port: port)
        self.descriptor = descriptor
    }

    private static func open(_ family: IPFamily) throws(SystemError) -> OwnedDescriptor {
        try InternetSocket.open(family, SOCK_DGRAM)
    }

    /// Sends to the connected end.
    package borrowing func send(_ bytes: [UInt8]) throws(SystemError) {
        let raw = descriptor.rawValue
        try check("send a datagram") {
            unsafe bytes.withUnsafeBytes { unsafe Int32(clamping: Glibc.send(raw, $0.baseAddress, $0.count, 0)) }
        }
    }

    /// Receives from the connected end into `buffer`; nil when nothing is there.
    ///
    /// - Returns: Octets of the datagram, at most the buffer's.
    package borrowing func receive(into buffer: inout [UInt8]) throws(SystemError) -> Int? {
        let raw = descriptor.rawValue
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(raw, $0.baseAddress, $0.count, 0) }
        if count >= 0 { return count }
        if Glibc.errno == EAGAIN || Glibc.errno == EINTR { return nil }
        throw .last("receive a datagram")
    }
}
