// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import SystemPackage

extension File {
    /// Gives the file at `existing` a second name in one step.
    ///
    /// - Throws: `isAlreadyExists` when `new` is there already.
    package static func link(_ existing: FilePath, as new: FilePath) throws(SystemError) {
        try check("link \(existing) as \(new)") {
            unsafe existing.withPlatformString { from in
                unsafe new.withPlatformString { unsafe Glibc.link(from, $0) }
            }
        }
    }

    /// Sets the time of the last change of a file's content or a directory's entries.
    ///
    /// - Throws: `EPERM` unless the caller owns the file or has `CAP_FOWNER`.
    package static func setModified(_ path: FilePath, _ time: Timestamp) throws(SystemError) {
        let moment = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
        let times = [moment, moment]
        try check("set the time of \(path)") {
            unsafe path.withPlatformString { unsafe utimensat(AT_FDCWD, $0, times, 0) }
        }
    }

    /// True when the caller may make files in `directory`, or in the nearest directory above it that exists.
    package static func canCreate(below directory: FilePath) -> Bool {
        var path = directory
        while true {
            if unsafe path.withPlatformString({ unsafe access($0, W_OK | X_OK) }) == 0 { return true }
            guard errno == ENOENT, path.removeLastComponent() else { return false }
        }
    }
}

extension File {
    /// What a symbolic link says; nil when it is none.
    package static func target(ofLink path: FilePath) -> FilePath? {
        var text = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(path.string, &text, text.count)
        return count > 0 ? FilePath(String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)) : nil
    }
}
