// SPDX-License-Identifier: Apache-2.0
package import SystemPackage

extension File {
    /// Writes `content` into the very file at `path`, which is made when it is missing, so that who has it mounted
    /// elsewhere sees the change. Readers may see a mixture for a moment.
    package static func writeInPlace(_ content: [UInt8], to path: FilePath) throws(SystemError) {
        let file = try OwnedDescriptor(
            opening: path, .readWrite, options: .create, permissions: [.ownerReadWrite, .groupRead, .otherRead])
        let previous = try file.status(path.string).size
        try file.overwrite(content, previousCount: previous, path.string)
    }
}
