// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import NetworkTypes

/// A socket address of either family, in the form the socket calls want.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    init() {}

    init(_ address: IPAddress, _ port: Port) {
        let bytes = address.bytes
        switch address.family {
        case .ipv4:
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            var value = sockaddr_in()
            value.sin_family = sa_family_t(AF_INET)
            value.sin_port = port.rawValue.bigEndian
            unsafe withUnsafeMutableBytes(of: &value.sin_addr) { unsafe $0.copyBytes(from: bytes) }
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: value, as: sockaddr_in.self) }
        case .ipv6:
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            var value = sockaddr_in6()
            value.sin6_family = sa_family_t(AF_INET6)
            value.sin6_port = port.rawValue.bigEndian
            unsafe withUnsafeMutableBytes(of: &value.sin6_addr) { unsafe $0.copyBytes(from: bytes) }
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: value, as: sockaddr_in6.self) }
        }
    }

    /// The address; an IPv4-mapped one as the IPv4 address it stands for.
    var address: IPAddress? {
        let bytes = unsafe withUnsafeBytes(of: storage) { unsafe Array($0) }
        switch Int32(storage.ss_family) {
        case AF_INET: return IPAddress(bytes: bytes[4..<8])
        case AF_INET6:
            let address = IPAddress(bytes: bytes[8..<24])
            guard let address, address.value >> 32 == 0xffff else { return address }
            return IPAddress(address.value & 0xffff_ffff, .ipv4)
        default: return nil
        }
    }

    func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafePointer(to: storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }

    mutating func fill<R>(_ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> R) -> R {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, &length) }
        }
    }
}
