// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// Sends `bytes` to another netlink socket of the calling thread's namespace, as a privileged process could.
///
/// - Parameter portID: The address of the receiving socket.
package func sendForgedNetlinkMessage(_ bytes: [UInt8], to portID: UInt32) throws {
    let routeFamily: Int32 = 0
    let raw = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), routeFamily)
    guard raw >= 0 else { throw Errno(rawValue: errno) }
    let sender = OwnedDescriptor(adopting: raw)
    // struct sockaddr_nl: family, padding, port id, groups.
    let address = wireBytes(of: UInt16(AF_NETLINK)) + [0, 0] + wireBytes(of: portID) + [0, 0, 0, 0]
    let count = unsafe address.withUnsafeBytes { name in
        let pointer = unsafe name.baseAddress?.assumingMemoryBound(to: sockaddr.self)
        return unsafe sendto(sender.rawValue, bytes, bytes.count, 0, pointer, socklen_t(name.count))
    }
    guard count == bytes.count else { throw Errno(rawValue: errno) }
}
