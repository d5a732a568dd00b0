// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import SystemPackage

/// A connection to a program of this host by the path of its socket: a line goes there, a line comes back.
///
/// - SeeAlso: unix(7).
package struct LocalStream: ~Copyable {
    private let descriptor: OwnedDescriptor
    private let name: String

    /// Connects to the socket at `path`.
    ///
    /// - Parameter deadline: Longest wait for each step that follows, in milliseconds.
    /// - Throws: `ENOENT` or `ECONNREFUSED` when nobody listens there.
    package init(connectingTo path: FilePath, deadline: Int) throws(SystemError) {
        descriptor = try Self.connected(to: path, deadline)
        name = path.string
    }

    private static func connected(to path: FilePath, _ deadline: Int) throws(SystemError) -> OwnedDescriptor {
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw .last("make a socket") }
        let descriptor = OwnedDescriptor(adopting: raw)
        var patience = timeval(tv_sec: deadline / 1000, tv_usec: deadline % 1000 * 1000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try check("set the time-out of a socket") { unsafe setsockopt(raw, SOL_SOCKET, option, &patience, size) }
        }
        let address = try LocalAddress(path)
        try check("connect to \(path)") { unsafe address.withSockaddr { unsafe connect(raw, $0, $1) } }
        return descriptor
    }

    /// Sends `line` and returns what comes back before the next line feed; nil when the other end closes without a word.
    ///
    /// - Parameter limit: Most bytes accepted; more is `EFBIG`.
    package borrowing func exchange(_ line: [UInt8], limit: Int = 1 << 20) throws(SystemError) -> [UInt8]? {
        var rest = (line + [UInt8(ascii: "\n")])[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe send(descriptor.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if Glibc.errno == EINTR { continue }
                // It closed before it read: the same as after.
                if Glibc.errno == EPIPE || Glibc.errno == ECONNRESET { return nil }
                throw .last("write to \(name)")
            }
            rest = rest.dropFirst(count)
        }
        return try receiveLine(limit)
    }

    private borrowing func receiveLine(_ limit: Int) throws(SystemError) -> [UInt8]? {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe recv(descriptor.rawValue, &chunk, chunk.count, 0)
            if count < 0 {
                if Glibc.errno == EINTR { continue }
                if Glibc.errno == ECONNRESET { return nil }
                throw .last("read from \(name)")
            }
            if count == 0 { return nil }
            content += chunk[..<count]
            if let end = content.firstIndex(of: UInt8(ascii: "\n")) { return Array(content[..<end]) }
            guard content.count <= limit else { throw SystemError("read from \(name)", .fileTooLarge) }
        }
    }
}
