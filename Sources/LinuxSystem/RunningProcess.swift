// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import SystemPackage

/// A process that somebody else started.
package struct RunningProcess: Hashable, Sendable {
    package enum Signal: Sendable {
        case terminate
        case kill

        fileprivate var number: Int32 { self == .terminate ? SIGTERM : SIGKILL }
    }

    package let id: Int32

    package init(_ id: Int32) { self.id = id }

    /// This process.
    package static var current: RunningProcess { RunningProcess(getpid()) }

    package var exists: Bool { File.exists(FilePath("/proc/\(id)")) }

    package var networkNamespace: FilePath { FilePath("/proc/\(id)/ns/net") }

    /// Returns false when there is no such process.
    @discardableResult
    package func send(_ signal: Signal) throws(SystemError) -> Bool {
        guard id > 0 else { return false }
        do throws(SystemError) {
            try check("signal process \(id)") { Glibc.kill(id, signal.number) }
            return true
        } catch {
            guard error.errno == .noSuchProcess else { throw error }
            return false
        }
    }

    /// The processes in a network namespace, as far as the caller may see; not the caller itself.
    package static func all(in namespace: NetworkNamespace.Identity) throws(SystemError) -> [RunningProcess] {
        try File.list("/proc").compactMap { Int32($0) }.filter { $0 != getpid() }.map { RunningProcess($0) }
            .filter { $0.isIn(namespace) }
    }

    private func isIn(_ namespace: NetworkNamespace.Identity) -> Bool {
        // Who ended meanwhile, or is another user's, is in no namespace of ours.
        let status = try? FileStatus.ofFile(at: networkNamespace)
        return status?.device == namespace.device && status?.inode == namespace.inode
    }
}
