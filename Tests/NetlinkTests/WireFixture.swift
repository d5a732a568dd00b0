// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import NetworkTypes
import SystemPackage

/// Bytes from a file of hexadecimal pairs; `#` starts a comment.
struct WireFixture {
    let bytes: [UInt8]

    /// - Parameter name: A file of Tests/Fixtures/netlink, without its extension.
    init(_ name: String, sourceFile: String = #filePath) throws {
        let tests = FilePath(sourceFile).removingLastComponent().removingLastComponent()
        let file = try File.read(tests.appending("Fixtures/netlink/\(name).hex"))
        var bytes: [UInt8] = []
        for line in String(decoding: file, as: UTF8.self).split(separator: "\n") {
            let hexadecimal = line.prefix { $0 != "#" }
            bytes += hexadecimal.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
        self.bytes = bytes
    }
}

/// One line for every four bytes, so that a difference is seen at a glance.
func hexadecimal(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count, by: 4).map { offset in
        bytes[offset..<min(offset + 4, bytes.count)].map(hexadecimalText).joined(separator: " ")
    }.joined(separator: "\n")
}
