// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import Testing

@Suite struct IdentifierTests {
    @Test(arguments: ["a", "0", "a.b-c_d", "Z9", "10.9.0.2", String(repeating: "x", count: 200)])
    func accepts(_ text: String) {
        #expect(ContainerID(text)?.text == text)
        #expect(NetworkName(text)?.text == text)
    }

    @Test(arguments: ["", "-x", ".x", "_x", "..", "a b", "a/b", "a:b", "a\n", "a\0", "ä", "a\u{301}"])
    func refuses(_ text: String) {
        #expect(ContainerID(text) == nil)
        #expect(NetworkName(text) == nil)
    }

    @Test func lengths() {
        let long = String(repeating: "x", count: 5000)
        #expect(ContainerID(long)?.text == long)
        #expect(NetworkName(long.prefix(201)) == nil)
    }

    @Test func attachmentText() throws {
        let container = try #require(ContainerID("c1"))
        let attachment = AttachmentID(container: container, interface: try #require(InterfaceName("eth0")))
        #expect(attachment.description == "c1:eth0")
    }
}
