// SPDX-License-Identifier: Apache-2.0
package import Glibc
package import NetworkTypes

/// An address of either family with a port, in the form the socket calls want.
package struct SocketAddress: Sendable {
    // Large enough for both families, and a quarter of sockaddr_storage: these are copied for every datagram.
    private var storage = sockaddr_in6()
    private(set) var length = socklen_t(MemoryLayout<sockaddr_in6>.size)

    /// Nothing yet, to be filled by a call.
    package init() {}

    /// - Parameters:
    ///   - port: 0 lets the kernel choose.
    ///   - scope: The interface of a link-local IPv6 address; 0 for none.
    package init(_ address: IPAddress, port: UInt16, scope: UInt32 = 0) {
        switch address {
        case .ipv4(let address):
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            var value = sockaddr_in()
            value.sin_family = sa_family_t(AF_INET)
            value.sin_port = port.bigEndian
            value.sin_addr.s_addr = address.rawValue.bigEndian
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: value, as: sockaddr_in.self) }
        case .ipv6(let address):
            storage.sin6_family = sa_family_t(AF_INET6)
            storage.sin6_port = port.bigEndian
            storage.sin6_scope_id = scope
            let value = address.rawValue.bigEndian
            unsafe withUnsafeMutableBytes(of: &storage.sin6_addr) { unsafe $0.storeBytes(of: value, as: UInt128.self) }
        }
    }

    package init(_ address: IPAddress, _ port: Port) { self.init(address, port: port.rawValue) }

    /// The address; an IPv4-mapped one as the IPv4 address it stands for. Nil for another family.
    package var address: IPAddress? {
        switch Int32(storage.sin6_family) {
        case AF_INET:
            let value = unsafe withUnsafeBytes(of: storage) { unsafe $0.load(as: sockaddr_in.self) }
            return .ipv4(IPv4Address(rawValue: UInt32(bigEndian: value.sin_addr.s_addr)))
        case AF_INET6:
            let value = UInt128(
                bigEndian: unsafe withUnsafeBytes(of: storage.sin6_addr) { unsafe $0.loadUnaligned(as: UInt128.self) })
            guard value >> 32 == 0xffff else { return .ipv6(IPv6Address(rawValue: value)) }
            return .ipv4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: value)))
        default: return nil
        }
    }

    /// The port; in the same place in both families.
    package var port: UInt16 { UInt16(bigEndian: storage.sin6_port) }

    package func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafePointer(to: storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }

    package mutating func fill<R>(_ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> R) -> R {
        length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, &length) }
        }
    }
}
