// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
internal import NetworkTypes
internal import SystemPackage

/// What sockets of both transports have in common.
enum InternetSocket {
    static func open(_ family: IPFamily, _ type: __socket_type) throws(SystemError) -> OwnedDescriptor {
        let options = Int32(type.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let raw = try check("make a socket") { socket(family == .ipv4 ? AF_INET : AF_INET6, options, 0) }
        return OwnedDescriptor(adopting: raw)
    }

    static func bind(
        _ descriptor: borrowing OwnedDescriptor, to address: IPAddress, port: UInt16
    ) throws(SystemError) {
        if address.family == .ipv4 {
            set(descriptor, Int32(IPPROTO_IP), IP_FREEBIND, to: 1)
        } else {
            set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, to: 1)
            set(descriptor, Int32(IPPROTO_IPV6), swnet_ipv6_freebind, to: 1)
        }
        let raw = descriptor.rawValue
        let place = SocketAddress(address, port: port)
        try check("bind to \(address) port \(port)") { unsafe place.withSockaddr { unsafe Glibc.bind(raw, $0, $1) } }
    }

    /// A connection that is on its way counts as made.
    static func connect(
        _ descriptor: borrowing OwnedDescriptor, to address: IPAddress, interface: String?, port: UInt16
    ) throws(SystemError) {
        let scope = interface.map { UInt32($0) ?? (unsafe if_nametoindex($0)) } ?? 0
        let raw = descriptor.rawValue
        let place = SocketAddress(address, port: port, scope: scope)
        do throws(SystemError) {
            try check("connect to \(address) port \(port)") {
                unsafe place.withSockaddr { unsafe Glibc.connect(raw, $0, $1) }
            }
        } catch {
            guard error.errno.rawValue == EINPROGRESS else { throw error }
        }
    }

    /// An option that a kernel without it does as well without.
    static func set(_ descriptor: borrowing OwnedDescriptor, _ level: Int32, _ option: Int32, to value: Int32) {
        var value = value
        unsafe setsockopt(descriptor.rawValue, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
