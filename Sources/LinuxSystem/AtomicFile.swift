// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import SystemPackage

/// Whole-file reading and replacing. Readers see the old content or the new one, never a mixture.
package enum AtomicFile {
    /// Whether the new content must survive a power failure.
    package enum Durability: Sendable {
        /// State that matters only while this boot lasts.
        case untilReboot
        /// fsync(2) of the file and its directory: what a person made.
        case permanent
    }

    /// How many processes may write one file at a time, which decides how they name its temporary file.
    package enum Writers: Sendable {
        /// Each has a temporary file of its own; that of a killed one stays.
        case several
        /// The holder of a lock, whose next one overwrites what a killed one left.
        case one
    }

    /// Replaces `path` with `content` through a temporary file beside it and rename(2).
    package static func write(
        _ content: [UInt8], to path: FilePath,
        permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead],
        durability: Durability = .untilReboot, writers: Writers = .several
    ) throws(SystemError) {
        let temporary = temporaryPath(for: path, writers)
        do throws(SystemError) {
            try writeNew(content, to: temporary, permissions: permissions, durability: durability)
            try check("rename \(temporary) to \(path)") {
                unsafe temporary.withPlatformString { from in unsafe path.withPlatformString { unsafe rename(from, $0) }
                }
            }
        } catch {
            File.removeIgnoringErrors(temporary)
            throw error
        }
        if durability == .permanent { try synchronizeDirectory(of: path) }
    }

    /// Creates `path` with `content` in one step; two callers cannot both succeed.
    ///
    /// - Throws: `isAlreadyExists` when the path is there already.
    package static func create(
        _ content: [UInt8], at path: FilePath,
        permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead],
        durability: Durability = .untilReboot
    ) throws(SystemError) {
        let temporary = temporaryPath(for: path, .several)
        defer { File.removeIgnoringErrors(temporary) }
        try writeNew(content, to: temporary, permissions: permissions, durability: durability)
        try check("create \(path)") {
            unsafe temporary.withPlatformString { from in unsafe path.withPlatformString { unsafe link(from, $0) } }
        }
        if durability == .permanent { try synchronizeDirectory(of: path) }
    }

    /// Removes a file. Returns false when it was not there.
    ///
    /// - Parameter writers: With ``Writers/one`` what a killed writer left goes, too.
    @discardableResult
    package static func remove(
        _ path: FilePath, durability: Durability = .untilReboot, writers: Writers = .several
    ) throws(SystemError) -> Bool {
        if writers == .one { try File.remove(temporaryPath(for: path, .one)) }
        guard try File.remove(path) else { return false }
        if durability == .permanent { try synchronizeDirectory(of: path) }
        return true
    }

    /// Hidden and in the same directory.
    private static func temporaryPath(for path: FilePath, _ writers: Writers) -> FilePath {
        let suffix = writers == .one ? "" : "\(getpid())"
        return path.removingLastComponent().appending(".\(path.lastComponent?.string ?? "")~\(suffix)")
    }

    private static func writeNew(
        _ content: [UInt8], to path: FilePath, permissions: FilePermissions, durability: Durability
    ) throws(SystemError) {
        let file = try OwnedDescriptor(
            opening: path, .writeOnly, options: [.create, .truncate], permissions: permissions)
        try file.writeAll(content, path.string)
        guard durability == .permanent else { return }
        let raw = file.rawValue
        try check("fsync \(path)") { fsync(raw) }
    }

    private static func synchronizeDirectory(of path: FilePath) throws(SystemError) {
        let directory = path.removingLastComponent()
        let descriptor = try OwnedDescriptor(opening: directory.isEmpty ? "." : directory)
        let raw = descriptor.rawValue
        try check("fsync \(directory)") { fsync(raw) }
    }
}
