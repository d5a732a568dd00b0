// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct FileStatusTests {
    @Test func statusLinkAndTime() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path.appending("a")
        try AtomicFile.write(Array("hello".utf8), to: path)
        let status = try #require(try FileStatus.ofFile(at: path))
        #expect(status.kind == .regular)
        #expect(status.size == 5)
        #expect(abs(status.modified.seconds - Timestamp.now().seconds) < 100)

        let second = directory.path.appending("b")
        try File.link(path, as: second)
        #expect(try FileStatus.ofFile(at: second)?.inode == status.inode)
        let again = #expect(throws: SystemError.self) { try File.link(path, as: second) }
        #expect(again?.isAlreadyExists == true)

        try File.setModified(path, Timestamp(seconds: 86400))
        #expect(try FileStatus.ofFile(at: path)?.modified == Timestamp(seconds: 86400))
        #expect(try FileStatus.ofFile(at: directory.path)?.kind == .directory)
        #expect(try FileStatus.ofFile(at: directory.path.appending("none")) == nil)
    }

    @Test(arguments: ["", "short", "something longer than before"])
    func overwriting(_ text: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path.appending("a")
        try AtomicFile.write(Array("0123456789".utf8), to: path)
        let file = try OwnedDescriptor(opening: path, .readWrite)
        let before = try file.readToEnd(limit: 100, "a")
        try file.overwrite(Array(text.utf8), previousCount: before.count, "a")
        #expect(try File.read(path) == Array(text.utf8))
    }
}

@Suite struct DirectoryTests {
    @Test("what cannot hold a directory is an error, not an endless attempt") func unfitParents() throws {
        let folder = try TemporaryDirectory()
        let file = folder.path.appending("file")
        try AtomicFile.write([], to: file)
        for path in [file.appending("a"), file.appending("a").appending("b"), "/proc/none/a"] {
            let error = #expect(throws: SystemError.self) { try File.createDirectory(path) }
            #expect(error?.isNotFound == true)
        }
        #expect(!File.canCreate(below: file.appending("a")))
        #expect(File.canCreate(below: folder.path.appending("a").appending("b")))
    }
}

@Suite struct BoundedFileNameTests {
    @Test func shortNamesStay() {
        #expect(BoundedFileName.make("c1:eth0") == "c1:eth0")
        let limit = String(repeating: "a", count: 200)
        #expect(BoundedFileName.make(limit) == limit)
    }

    @Test func longNamesAreHashed() {
        let first = BoundedFileName.make(String(repeating: "a", count: 4000) + ":eth0")
        let second = BoundedFileName.make(String(repeating: "a", count: 4000) + ":eth1")
        #expect(first.utf8.count == 200)
        #expect(first != second)
        #expect(first.contains("~"))
    }
}
