// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import SystemPackage

/// An exclusive flock(2) on a file, held as long as the value lives and released on process death.
package struct FileLock: ~Copyable {
    private let descriptor: OwnedDescriptor

    /// Takes the lock, creating the file if needed.
    ///
    /// - Parameter deadline: Longest wait, in milliseconds. flock(2) has no time-out of its own, so the wait is a poll
    ///   with growing pauses of 0.1...5 ms.
    /// - Throws: `EWOULDBLOCK` (``Errno/wouldBlock``) when the deadline passed.
    package init(
        path: FilePath, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead], deadline: Int = 30_000
    ) throws(SystemError) {
        let descriptor = try OwnedDescriptor(opening: path, .readWrite, options: [.create], permissions: permissions)
        // In microseconds.
        var waited = 0
        var pause = 100
        while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
            let error = SystemError.last("lock \(path)")
            guard error.errno == .wouldBlock || error.errno == .interrupted, waited / 1000 < deadline else {
                throw error
            }
            usleep(UInt32(pause))
            waited += pause
            pause = min(pause * 2, 5000)
        }
        self.descriptor = descriptor
    }
}

/// Runs `body` while the lock on `path` is held; released on every path out, process death included.
package func withFileLock<R, E: Error>(
    _ path: FilePath, deadline: Int = 30_000, _ body: () throws(E) -> R
) throws(FileLockError<E>) -> R {
    let lock = try take(path, deadline, failingAs: E.self)
    defer { extendLifetime(lock) }
    do throws(E) { return try body() } catch { throw .body(error) }
}

private func take<E: Error>(
    _ path: FilePath, _ deadline: Int, failingAs: E.Type
) throws(FileLockError<E>) -> FileLock {
    do throws(SystemError) { return try FileLock(path: path, deadline: deadline) } catch { throw .locking(error) }
}

/// What can go wrong in ``withFileLock(_:deadline:_:)``: taking the lock, or the work done under it.
package enum FileLockError<Body: Error>: Error {
    case locking(SystemError)
    case body(Body)
}
