// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import NetworkTypes
package import SystemPackage

/// One network's leases on disk, in the layout of the reference host-local: `<dataDir>/<network>/` with a file per
/// address, `last_reserved_ip.<set>` and `lock`. Either implementation may release what the other reserved.
package struct LeaseDirectory: ~Copyable {
    package let path: FilePath
    let boot: String
    private let deadline: Int

    /// - Parameters:
    ///   - dataDirectory: The store of all networks, `/var/lib/cni/networks` by default.
    ///   - boot: ``BootIdentity/current()``.
    ///   - deadline: Longest wait for the lock, in milliseconds.
    package init(_ dataDirectory: FilePath, network: NetworkName, boot: String, deadline: Int = 30_000) {
        path = dataDirectory.appending(network.text)
        self.boot = boot
        self.deadline = deadline
    }

    /// Runs `body` with the `lock` file held exclusively; released on every path out, process death included.
    ///
    /// Makes the directory when it is missing.
    /// - Throws: ``IPAMError/locked(_:)`` when another process kept the lock beyond the deadline.
    package borrowing func withExclusiveLock<R>(
        _ body: (inout Leases) throws(IPAMError) -> R
    ) throws(IPAMError) -> R {
        if let result = try withExclusiveLockIfPresent(body) { return result }
        do throws(SystemError) { try File.createDirectory(path) } catch { throw .system(error) }
        if let result = try withExclusiveLockIfPresent(body) { return result }
        throw .system(SystemError("lock \(path)", .noSuchFileOrDirectory))
    }

    /// The same for whoever only reads or releases: nil, without making anything, when there is no directory.
    package borrowing func withExclusiveLockIfPresent<R>(
        _ body: (inout Leases) throws(IPAMError) -> R
    ) throws(IPAMError) -> R? {
        do throws(FileLockError<IPAMError>) {
            return try withFileLock(path.appending("lock"), deadline: deadline) { () throws(IPAMError) in
                var leases = Leases(path, boot: boot)
                do throws(IPAMError) {
                    let result = try body(&leases)
                    leases.finish()
                    return result
                } catch {
                    leases.finish()
                    throw error
                }
            }
        } catch {
            switch error {
            case .body(let failure): throw failure
            case .locking(let failure) where failure.isNotFound: return nil
            case .locking(let failure) where failure.errno == .wouldBlock: throw .locked(failure)
            case .locking(let failure): throw .system(failure)
            }
        }
    }
}
