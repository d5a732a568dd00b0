// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import SystemPackage

/// What stat(2) says about a file.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case regular, directory, symbolicLink, other }

    package let device: UInt64
    package let inode: UInt64
    package let kind: Kind
    /// Bytes.
    package let size: Int
    package let modified: Timestamp

    /// The status of what `path` names, through symbolic links; nil when there is nothing.
    package static func ofFile(at path: FilePath) throws(SystemError) -> FileStatus? {
        var information = stat()
        do throws(SystemError) {
            try check("stat \(path)") { unsafe path.withPlatformString { unsafe stat($0, &information) } }
            return FileStatus(information)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    fileprivate init(_ information: stat) {
        device = UInt64(information.st_dev)
        inode = UInt64(information.st_ino)
        kind =
            switch information.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .other
            }
        size = Int(information.st_size)
        modified = Timestamp(
            seconds: Int64(information.st_mtim.tv_sec), nanoseconds: Int32(information.st_mtim.tv_nsec))
    }
}

extension OwnedDescriptor {
    package borrowing func status(_ name: String) throws(SystemError) -> FileStatus {
        var information = stat()
        let raw = rawValue
        try check("stat \(name)") { unsafe fstat(raw, &information) }
        return FileStatus(information)
    }
}
