// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import SystemPackage

/// Text that a test compares with a file under `Tests/Fixtures`.
package enum Golden {
    /// The file's text. With `SWNET_UPDATE_GOLDEN` in the environment the file is written anew from `actual` instead.
    package static func text(_ path: FilePath, updatingTo actual: String) throws -> String {
        let file = FilePath(#filePath).removingLastComponent().appending("../Fixtures").pushing(path)
        if ProcessContext.environment.contains(where: { $0.hasPrefix("SWNET_UPDATE_GOLDEN=") }) {
            try AtomicFile.write(Array(actual.utf8), to: file)
        }
        return String(decoding: try File.read(file), as: UTF8.self)
    }
}
