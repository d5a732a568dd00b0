// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import LinuxSystem
package import SystemPackage

/// A directory of the test's own, removed with everything in it when the last reference goes.
package final class TemporaryDirectory: Sendable {
    package let path: FilePath

    package init() throws {
        var template = Array("/tmp/swnet-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = FilePath(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    deinit { Self.removeTree(path) }

    private static func removeTree(_ path: FilePath) {
        if unsafe remove(path.string) == 0 { return }
        let names = (try? File.list(path)) ?? []  // nothing to list is nothing to remove
        for name in names { removeTree(path.appending(name)) }
        _ = unsafe remove(path.string)
    }
}
