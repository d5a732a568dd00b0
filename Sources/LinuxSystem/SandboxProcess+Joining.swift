// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import SystemPackage

extension SandboxProcess {
    /// Moves the caller, which must have one thread, into the namespaces of a process started by ``start(_:_:)``.
    ///
    /// The working directory stays the same if the sandbox has one of that name.
    ///
    /// - Parameter networkNamespace: The path that process was started with. It must be the process's namespace, so that
    ///   a process id that was given to another process meanwhile does no harm.
    /// - Throws: `isNotFound` or `ESRCH` when there is no such process.
    package static func join(_ process: Int32, in networkNamespace: FilePath) throws(SystemError) {
        let network = try NetworkNamespace(path: FilePath("/proc/\(process)/ns/net"))
        let hostname = try OwnedDescriptor(opening: FilePath("/proc/\(process)/ns/uts"))
        let mounts = try OwnedDescriptor(opening: FilePath("/proc/\(process)/ns/mnt"))
        guard try network.identity() == NetworkNamespace(path: networkNamespace).identity() else {
            throw SystemError("join process \(process), which is not in \(networkNamespace)", .noSuchProcess)
        }
        let directory = currentDirectory()
        let (uts, mnt) = (hostname.rawValue, mounts.rawValue)
        try network.enter()
        try check("setns /proc/\(process)/ns/uts") { swnet_setns(uts, swnet_clone_newuts) }
        try check("setns /proc/\(process)/ns/mnt") { swnet_setns(mnt, swnet_clone_newns) }
        // Joining mounts leads to the root directory, which is where a command stays when it has no better place.
        if let directory { _ = unsafe chdir(directory) }
    }

    /// Moves the caller, which must have one thread, into a network namespace for good, with a view of `/sys` that shows
    /// its interfaces. Files and host name stay those of the host.
    package static func join(_ networkNamespace: borrowing NetworkNamespace) throws(SystemError) {
        try networkNamespace.enter()
        // Optional, as in a sandbox of ours.
        guard swnet_unshare(swnet_clone_newns) == 0,
            unsafe swnet_mount(nil, "/", nil, swnet_ms_rec | swnet_ms_slave, nil) == 0
        else { return }
        remountSystemFiles()
    }

    private static func currentDirectory() -> String? {
        guard let text = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
