// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// A socket that holds a port of a namespace and answers nobody.
package final class TestListener: Sendable {
    private let socket: OwnedDescriptor

    package init(
        in namespace: TestNamespace, _ transport: L4Protocol, _ address: IPAddress, port: Port
    ) throws {
        let family = address.family == .ipv4 ? AF_INET : AF_INET6
        let type = (transport == .tcp ? SOCK_STREAM : SOCK_DGRAM).rawValue | SOCK_CLOEXEC.rawValue
        socket = try namespace.inside { OwnedDescriptor(adopting: Glibc.socket(family, Int32(type), 0)) }
        let raw = socket.rawValue
        let isBound = unsafe SocketAddress(address, port).withSockaddr { unsafe bind(raw, $0, $1) == 0 }
        guard isBound, transport == .udp || listen(raw, 1) == 0 else { throw Errno(rawValue: errno) }
    }

    /// The number by which the kernel tells sockets apart.
    package var inode: UInt32 {
        var information = stat()
        return unsafe fstat(socket.rawValue, &information) == 0 ? UInt32(information.st_ino) : 0
    }
}
