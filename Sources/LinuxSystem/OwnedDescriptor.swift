// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import SystemPackage

/// A file descriptor that is closed exactly once, when its owner ends.
package struct OwnedDescriptor: ~Copyable, Sendable {
    /// Borrowed for the length of one call; never store it.
    package let rawValue: Int32

    /// Takes over `rawValue`, which must be open and owned by nobody else.
    package init(adopting rawValue: Int32) { self.rawValue = rawValue }

    deinit { close(rawValue) }

    /// Opens `path` close-on-exec.
    package init(
        opening path: FilePath, _ mode: FileDescriptor.AccessMode = .readOnly, options: FileDescriptor.OpenOptions = [],
        permissions: FilePermissions? = nil
    ) throws(SystemError) {
        do {
            rawValue = try FileDescriptor.open(
                path, mode, options: options.union(.closeOnExec), permissions: permissions
            ).rawValue
        } catch { throw SystemError("open \(path)", (error as? Errno) ?? .ioError) }
    }

    /// Gives the descriptor up without closing it.
    package consuming func release() -> Int32 {
        let value = rawValue
        discard self
        return value
    }

    /// Reads until the end of the file.
    ///
    /// - Parameter limit: Most bytes accepted; more is `EFBIG`, so that no input can exhaust memory.
    package borrowing func readToEnd(limit: Int, _ name: String) throws(SystemError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = unsafe read(rawValue, &chunk, chunk.count)
            if count < 0 {
                if Glibc.errno == EINTR { continue }
                throw .last("read \(name)")
            }
            if count == 0 { return content }
            content += chunk[..<count]
            guard content.count <= limit else { throw SystemError("read \(name)", .fileTooLarge) }
        }
    }

    /// Writes all of `bytes`.
    package borrowing func writeAll(_ bytes: [UInt8], _ name: String) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(rawValue, $0.baseAddress, $0.count) }
            if count < 0 {
                if Glibc.errno == EINTR { continue }
                throw .last("write \(name)")
            }
            rest = rest.dropFirst(count)
        }
    }
}
