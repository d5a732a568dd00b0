// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct SymbolicLinkTests {
    @Test("what a link says") func target() throws {
        let folder = try TemporaryDirectory()
        let link = folder.path.appending("link")
        try Command.run("ln -s some/where \(link)")
        #expect(File.target(ofLink: link) == "some/where")
        #expect(File.target(ofLink: folder.path) == nil)
        #expect(File.target(ofLink: folder.path.appending("missing")) == nil)
    }
}
