// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct NamedNamespaceTests {
    @Test("a bound namespace lives without a process, and goes") func life() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path.appending("sandbox")
        let home = try NetworkNamespace.current().identity()
        let identity = try NetworkNamespace.create(at: path).identity()
        #expect(try NetworkNamespace.current().identity() == home)
        #expect(identity != home)
        #expect(try NetworkNamespace(path: path).identity() == identity)
        let again = #expect(throws: SystemError.self) { _ = try NetworkNamespace.create(at: path) }
        #expect(again?.isAlreadyExists == true)
        #expect(try NetworkNamespace(path: path).identity() == identity)
        #expect(try NetworkNamespace.remove(at: path))
        #expect(!File.exists(path))
        #expect(try !NetworkNamespace.remove(at: path))
    }

    @Test("what a crash between creating and binding leaves can be removed") func unbound() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path.appending("sandbox")
        try AtomicFile.write([], to: path)
        #expect(try NetworkNamespace.remove(at: path))
        #expect(!File.exists(path))
    }
}
