// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import SystemPackage
import Testing

/// The files that fuzzing starts from: `valid-*` must read and write back, `invalid-*` must be refused.
@Suite struct JSONCorpusTests {
    @Test("a file of the corpus reads, or does not, as its name says", arguments: try corpusNames())
    func corpus(name: String) throws {
        let text = try File.read(directory.appending(name))
        guard name.hasPrefix("valid-") else {
            #expect(throws: JSONError.self) { try JSON(parsing: text) }
            return
        }
        let value = try JSON(parsing: text)
        #expect(try JSON(parsing: value.encoded(.indented)) == value)
    }
}

private let directory = FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Fixtures/json")

private func corpusNames() throws -> [String] {
    let names = try File.list(directory).filter { $0.hasSuffix(".json") }
    try #require(names.count > 10)
    return names.sorted()
}
