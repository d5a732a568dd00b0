// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    @Test("writing replaces, creating refuses what is there, and no temporary file stays") func replaceAndCreate()
        throws
    {
        let folder = try TemporaryDirectory()
        let file = folder.path.appending("a")
        try AtomicFile.write([1], to: file)
        try AtomicFile.write([2], to: file, durability: .permanent)
        #expect(try File.read(file) == [2])
        let refusal = #expect(throws: SystemError.self) { try AtomicFile.create([3], at: file) }
        #expect(refusal?.isAlreadyExists == true)
        #expect(try File.read(file) == [2])
        #expect(try File.list(folder.path) == ["a"])
    }

    @Test("reading says absence apart from failure, and is bounded") func reading() throws {
        let folder = try TemporaryDirectory()
        let file = folder.path.appending("big")
        #expect(try File.readIfPresent(file) == nil)
        #expect(try File.readIfPresent(file.appending("below")) == nil)
        try AtomicFile.write([UInt8](repeating: 7, count: 100_000), to: file)
        #expect(try File.read(file).count == 100_000)
        let refusal = #expect(throws: SystemError.self) { try File.read(file, limit: 99_999) }
        #expect(refusal?.errno == .fileTooLarge)
        #expect(throws: SystemError.self) { try File.readIfPresent(folder.path) }
    }

    @Test("directories appear with their parents and go only when empty") func directories() throws {
        let folder = try TemporaryDirectory()
        let deep = folder.path.appending("x").appending("y")
        try File.createDirectory(deep)
        try File.createDirectory(deep)
        #expect(try File.removeDirectoryIfEmpty(folder.path.appending("x")) == false)
        #expect(try File.removeDirectoryIfEmpty(deep))
        #expect(try File.removeDirectoryIfEmpty(deep) == false)
        #expect(try File.remove(deep) == false)
        #expect(try File.list(folder.path.appending("none")) == [])
    }
}
