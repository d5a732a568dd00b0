// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage
import Testing

/// Octets from a file of hexadecimal pairs under Tests/Fixtures/dns; `#` starts a comment.
enum WireFixture {
    private static let directory = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .appending("Fixtures/dns")

    /// - Parameter name: A file, without its extension.
    static func bytes(_ name: String) throws -> [UInt8] {
        let text = String(decoding: try File.read(directory.appending(name + ".hex")), as: UTF8.self)
        return text.split(separator: "\n").flatMap { line in
            line.prefix { $0 != "#" }.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
    }

    /// The names of all files whose messages read.
    static func valid() throws -> [String] { try names { $0.hasPrefix("valid-") } }

    static func all() throws -> [String] { try names { _ in true } }

    private static func names(_ isWanted: (String) -> Bool) throws -> [String] {
        let names = try File.list(directory).filter { $0.hasSuffix(".hex") }.map { String($0.dropLast(4)) }
        return try #require(names.isEmpty ? nil : names.filter(isWanted).sorted())
    }
}
