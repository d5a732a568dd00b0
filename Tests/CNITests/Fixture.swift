// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage

/// Files under `Tests/Fixtures/cni`.
enum Fixture {
    static let directory = FilePath(#filePath).removingLastComponent().appending("../Fixtures/cni")
        .lexicallyNormalized()

    static func bytes(_ name: String) throws -> [UInt8] { try File.read(directory.pushing(FilePath(name))) }
}
