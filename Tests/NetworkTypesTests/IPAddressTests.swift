// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import Testing

@Suite struct IPAddressTests {
    @Test(
        "text is read and printed in the canonical form",
        arguments: [
            ("10.0.0.1", "10.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("fd00:0:0:0:0:0:0:1", "fd00::1"),
            ("2001:DB8::A", "2001:db8::a"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("::ffff:10.1.2.3", "10.1.2.3"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ])
    func canonicalText(_ input: String, _ expected: String) throws {
        let address = try #require(IPAddress(input))
        #expect(address.description == expected)
        #expect(IPAddress(address.description) == address)
        #expect(IPAddress(bytes: address.bytes) == address)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1..2.3", "-1.2.3.4",
            "a.b.c.d",
            ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "fe80::1%eth0", "1.2.3.4::",
            "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", ":1:2:3:4:5:6:7", "::1:", "1:2:3:4:5:6:7:8::",
        ])
    func refused(_ input: String) { #expect(IPAddress(input) == nil) }

    @Test(
        "counting stops at the end of the family",
        arguments: ["255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"])
    func lastAddress(_ text: String) { #expect(IPAddress(text)?.advanced() == nil) }

    @Test("families sort apart") func order() throws {
        let sorted = try ["::2", "10.0.0.2", "::1", "10.0.0.1"].map { try #require(IPAddress($0)) }.sorted()
        #expect(sorted.map(\.description) == ["10.0.0.1", "10.0.0.2", "::1", "::2"])
    }

    @Test(
        "scopes",
        arguments: [
            ("127.0.0.1", true, false), ("::1", true, false), ("169.254.1.1", false, true), ("fe80::1", false, true),
            ("fec0::1", false, false), ("10.0.0.1", false, false),
        ])
    func scopes(_ text: String, _ loopback: Bool, _ linkLocal: Bool) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isLoopback == loopback)
        #expect(address.isLinkLocal == linkLocal)
    }
}
