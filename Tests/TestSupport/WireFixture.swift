// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
package import SystemPackage

/// Bytes from a file of hexadecimal pairs; `#` starts a comment.
package struct WireFixture: Sendable {
    package let bytes: [UInt8]

    /// - Parameter path: Below Tests/Fixtures, without the extension.
    package init(_ path: FilePath) throws {
        let tests = FilePath(#filePath).removingLastComponent().removingLastComponent()
        let file = try File.read(tests.appending("Fixtures/\(path).hex"))
        bytes = String(decoding: file, as: UTF8.self).split(separator: "\n").flatMap { line in
            line.prefix { $0 != "#" }.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
    }

    /// One line for every four bytes, so that a difference is seen at a glance.
    package static func lines(_ bytes: [UInt8]) -> String {
        stride(from: 0, to: bytes.count, by: 4).map { offset in
            bytes[offset..<min(offset + 4, bytes.count)].map(hexadecimalText).joined(separator: " ")
        }.joined(separator: "\n")
    }
}
