// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct NetworkNamespaceTests {
    @Test("two paths of one namespace have one identity") func identity() throws {
        let ours = try NetworkNamespace(path: "/proc/self/ns/net").identity()
        #expect(try NetworkNamespace(path: "/proc/thread-self/ns/net").identity() == ours)
    }

    @Test("what is not a namespace is told apart from what is gone") func notANamespace() throws {
        let folder = try TemporaryDirectory()
        let file = folder.path.appending("unmounted")
        let gone = #expect(throws: SystemError.self) { _ = try NetworkNamespace(path: file) }
        #expect(gone?.isNotFound == true)
        try AtomicFile.write([], to: file)
        let plain = #expect(throws: SystemError.self) { _ = try NetworkNamespace(path: file) }
        #expect(plain?.errno == .invalidArgument)
        let other = #expect(throws: SystemError.self) { _ = try NetworkNamespace(path: "/proc/self/ns/mnt") }
        #expect(other?.errno == .invalidArgument)
    }
}
