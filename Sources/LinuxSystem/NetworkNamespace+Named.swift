// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import SystemPackage

extension NetworkNamespace {
    /// Makes an empty network namespace and binds it to a file, so that it lives without a process, as ip-netns(8) does.
    ///
    /// - Throws: `isAlreadyExists` when `path` is there already; `EPERM` without `CAP_SYS_ADMIN`.
    package static func create(at path: FilePath) throws(SystemError) -> NetworkNamespace {
        try AtomicFile.create([], at: path, permissions: [.ownerRead, .groupRead, .otherRead])
        do throws(SystemError) {
            try bindNew(to: path)
            return try NetworkNamespace(path: path)
        } catch {
            // The first error is the one that matters; what is left is an empty file that the next `remove` takes.
            _ = try? remove(at: path)
            throw error
        }
    }

    /// Makes an empty network namespace that lives as long as the value, or a process in it, for who may not mount.
    ///
    /// Others find it at ``processPath``.
    package static func createUnnamed() throws(SystemError) -> NetworkNamespace {
        let home = try NetworkNamespace.current()
        try check("unshare the network namespace") { swnet_unshare(swnet_clone_newnet) }
        defer { home.enterOrDie() }
        return try NetworkNamespace.current()
    }

    /// Where other processes of the same user find the namespace while this one holds it.
    package var processPath: FilePath { FilePath("/proc/\(getpid())/fd/\(rawDescriptor)") }

    private static func bindNew(to path: FilePath) throws(SystemError) {
        let home = try NetworkNamespace.current()
        try check("unshare the network namespace") { swnet_unshare(swnet_clone_newnet) }
        defer { home.enterOrDie() }
        try check("bind the network namespace to \(path)") {
            unsafe swnet_mount("/proc/thread-self/ns/net", path.string, nil, swnet_ms_bind, nil)
        }
    }

    /// Makes an empty network namespace that nobody else can open; it ends with the value.
    ///
    /// - Throws: `EPERM` without `CAP_SYS_ADMIN`.
    package static func createNameless() throws(SystemError) -> NetworkNamespace {
        let home = try NetworkNamespace.current()
        try check("unshare the network namespace") { swnet_unshare(swnet_clone_newnet) }
        defer { home.enterOrDie() }
        return try NetworkNamespace.current()
    }

    /// Removes the file of a namespace made by ``create(at:)``. The namespace ends with its last process or descriptor.
    /// Returns false when the file was not there.
    @discardableResult
    package static func remove(at path: FilePath) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try check("unmount \(path)") { unsafe swnet_umount(path.string, swnet_mnt_detach) }
        } catch {
            // EINVAL: not a mount point, which is what a crash between creating and binding leaves. EPERM: who may not
            // mount has not mounted; if somebody else has, removing the file fails.
            guard [.invalidArgument, .notPermitted].contains(error.errno) || error.isNotFound else { throw error }
        }
        return try File.remove(path)
    }
}
