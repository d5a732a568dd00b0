// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// What can go wrong under a lock: taking it, or the work done under it.
package enum LockedError<Body: Error>: Error {
    case state(StateError)
    case body(Body)
}

extension LockedError<StateError> {
    /// The same failure without the distinction, for work that only fails in the ways of the state itself.
    package var flattened: StateError {
        switch self {
        case .state(let error), .body(let error): error
        }
    }
}

extension StateLayout {
    /// Runs `body` while no other process makes or removes what networks share: the constant part of the nftables table,
    /// a bridge or a subnet of several networks. Whoever needs the lock of a network too takes that one first.
    ///
    /// - Parameter deadline: Longest wait, in milliseconds.
    package func withSkeletonLock<R, E: Error>(
        deadline: Int = 30_000, _ body: () throws(E) -> R
    ) throws(LockedError<E>) -> R {
        try withLock(skeletonLock, deadline: deadline, body)
    }

    /// Runs `body` while no other process plugs a port into `bridge`, makes it or removes it.
    ///
    /// - Parameter deadline: Longest wait, in milliseconds.
    package func withBridgeLock<R, E: Error>(
        of bridge: InterfaceName, deadline: Int = 30_000, _ body: () throws(E) -> R
    ) throws(LockedError<E>) -> R {
        try withLock(lock(ofBridge: bridge), deadline: deadline, body)
    }

    /// Runs `body` while no other process adds or takes over a sandbox.
    func withSandboxLock<R, E: Error>(_ body: () throws(E) -> R) throws(LockedError<E>) -> R {
        try withLock(locks.appending("sandboxes.lock"), deadline: 30_000, body)
    }

    /// Runs `body` with the lock on `path` held exclusively; released on every path out, process death included.
    func withLock<R, E: Error>(
        _ path: FilePath, deadline: Int, _ body: () throws(E) -> R
    ) throws(LockedError<E>) -> R {
        do throws(FileLockError<E>) { return try withFileLockInDirectory(path, deadline, body) } catch {
            switch error {
            case .body(let failure): throw .body(failure)
            case .locking(let failure) where failure.errno == .wouldBlock: throw .state(.locked(failure))
            case .locking(let failure): throw .state(.system(failure))
            }
        }
    }

    /// Makes the directory of locks the first time.
    private func withFileLockInDirectory<R, E: Error>(
        _ path: FilePath, _ deadline: Int, _ body: () throws(E) -> R
    ) throws(FileLockError<E>) -> R {
        do throws(FileLockError<E>) { return try withFileLock(path, deadline: deadline, body) } catch {
            guard case .locking(let failure) = error, failure.isNotFound else { throw error }
            do throws(SystemError) { try File.createDirectory(locks) } catch { throw .locking(error) }
            return try withFileLock(path, deadline: deadline, body)
        }
    }
}
