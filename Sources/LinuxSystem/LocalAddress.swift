// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import SystemPackage

/// The address of a socket that is a file. unix(7).
struct LocalAddress {
    private var storage = sockaddr_un()

    /// - Throws: `ENAMETOOLONG` beyond 107 bytes.
    init(_ path: FilePath) throws(SystemError) {
        let bytes = Array(path.string.utf8)
        storage.sun_family = sa_family_t(AF_UNIX)
        // A byte stays for the terminator.
        guard bytes.count < MemoryLayout.size(ofValue: storage.sun_path) else {
            throw SystemError("use the socket \(path)", .fileNameTooLong)
        }
        unsafe withUnsafeMutableBytes(of: &storage.sun_path) { unsafe $0.copyBytes(from: bytes) }
    }

    func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafePointer(to: storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
