// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import Testing

@Suite struct UserNamespaceTests {
    @Test(
        "what the map of users says",
        arguments: [
            ("         0          0 4294967295\n", 4_294_967_295, true),
            ("         0       1000          1\n", 1, false),
            ("0 1000 1\n1 100000 65536\n", 65537, false), ("0 100000 65536\n", 65536, false), ("", 0, false),
        ] as [(String, UInt64, Bool)])
    func map(text: String, count: UInt64, isInitial: Bool) {
        let namespace = UserNamespace(map: text)
        #expect(namespace.userCount == count && namespace.isInitial == isInitial)
    }
}
