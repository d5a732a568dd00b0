// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import SystemPackage

/// Operations on paths.
package enum File {
    /// The whole content of a file of at most `limit` bytes.
    package static func read(_ path: FilePath, limit: Int = 16 << 20) throws(SystemError) -> [UInt8] {
        try OwnedDescriptor(opening: path).readToEnd(limit: limit, path.string)
    }

    /// The whole content; nil when the file does not exist.
    package static func readIfPresent(_ path: FilePath, limit: Int = 16 << 20) throws(SystemError) -> [UInt8]? {
        do throws(SystemError) { return try read(path, limit: limit) } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// Removes a file. Returns false when it was not there.
    @discardableResult
    package static func remove(_ path: FilePath) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try check("remove \(path)") { unsafe path.withPlatformString { unsafe unlink($0) } }
            return true
        } catch {
            if error.isNotFound { return false }
            throw error
        }
    }

    /// Removes an empty directory. Returns false when it is not there or not empty.
    @discardableResult
    package static func removeDirectoryIfEmpty(_ path: FilePath) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try check("remove \(path)") { unsafe path.withPlatformString { unsafe rmdir($0) } }
            return true
        } catch {
            if error.isNotFound || error.errno == .directoryNotEmpty { return false }
            throw error
        }
    }

    static func removeIgnoringErrors(_ path: FilePath) {
        _ = unsafe path.withPlatformString { unsafe unlink($0) }
    }

    /// Makes a directory and those above it; those that exist are left alone.
    package static func createDirectory(
        _ path: FilePath, permissions: FilePermissions = [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute]
    ) throws(SystemError) {
        do throws(SystemError) { try makeDirectory(path, permissions) } catch {
            let parent = path.removingLastComponent()
            guard error.isNotFound, !parent.isEmpty, parent != path else { throw error }
            try createDirectory(parent, permissions: permissions)
            // Once, because a parent that is a file, or /proc, stays as unfit as it was.
            try makeDirectory(path, permissions)
        }
    }

    private static func makeDirectory(_ path: FilePath, _ permissions: FilePermissions) throws(SystemError) {
        do throws(SystemError) {
            try check("create directory \(path)") {
                unsafe path.withPlatformString { unsafe mkdir($0, permissions.rawValue) }
            }
        } catch {
            if !error.isAlreadyExists { throw error }
        }
    }

    package static func exists(_ path: FilePath) -> Bool {
        unsafe path.withPlatformString { unsafe access($0, F_OK) } == 0
    }

    /// True for a regular file, through symbolic links.
    package static func isRegular(_ path: FilePath) -> Bool {
        var information = stat()
        guard unsafe path.withPlatformString({ unsafe stat($0, &information) }) == 0 else { return false }
        return information.st_mode & S_IFMT == S_IFREG
    }

    /// Names in a directory, unsorted, without `.` and `..`; empty when the directory does not exist.
    package static func list(_ path: FilePath) throws(SystemError) -> [String] {
        var names: [String] = []
        try forEachEntry(of: path) {
            names.append($0); return true
        }
        return names
    }

    /// Calls `body` with each name in a directory until it returns false. A missing directory has no names.
    package static func forEachEntry(of path: FilePath, _ body: (String) -> Bool) throws(SystemError) {
        guard let stream = unsafe path.withPlatformString({ unsafe opendir($0) }) else {
            let error = SystemError.last("list \(path)")
            if error.isNotFound { return }
            throw error
        }
        defer { unsafe closedir(stream) }
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                // The end and a failure differ in nothing else. Half a directory must not pass for all of it.
                if errno != 0 { throw SystemError.last("list \(path)") }
                return
            }
            // d_name is a NUL-terminated array inside the entry, which lives until the next readdir().
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            guard body(name) else { return }
        }
    }
}
