// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import Testing

@Suite struct NameTests {
    @Test("interface names the kernel takes", arguments: ["eth0", "a", "eth0.100", "123456789012345", "br-ünï"])
    func accepted(_ text: String) { #expect(InterfaceName(text)?.text == text) }

    @Test(
        "interface names it refuses",
        arguments: ["", "1234567890123456", ".", "..", "a/b", "a:b", "a b", "a\u{a0}b", "a\u{0}b", "a\tb"])
    func refused(_ text: String) { #expect(InterfaceName(text) == nil) }

    @Test(
        "MAC addresses in their three spellings",
        arguments: ["0a:58:0A:59:00:02", "0a-58-0a-59-00-02", "0a58.0a59.0002"])
    func mac(_ text: String) { #expect(MACAddress(text)?.description == "0a:58:0a:59:00:02") }

    @Test(
        "malformed MAC addresses",
        arguments: [
            "", "0a:58:0a:59:00", "0a:58:0a:59:00:0g", "0a:58:0a:59:00:02:03", "0a:58-0a:59:00:02", "0a580a590002",
        ])
    func noMAC(_ text: String) { #expect(MACAddress(text) == nil) }

    @Test("ports start at 1", arguments: [(0, false), (1, true), (65535, true), (65536, false), (-1, false)])
    func ports(_ value: Int, _ valid: Bool) { #expect((Port(value) != nil) == valid) }

    @Test("a derived MAC address is local and unicast, and stays the same") func derived() throws {
        let address = try #require(StableHash(of: "mynet", "10.89.0.2").macAddress)
        #expect(address.bytes[0] & 3 == 2)
        #expect(address == StableHash(of: "mynet", "10.89.0.2").macAddress)
        #expect(address != StableHash(of: "mynet", "10.89.0.3").macAddress)
        #expect(StableHash(of: "ab", "c").value != StableHash(of: "a", "bc").value)
        #expect(StableHash(of: "x").shortText.utf8.count == 8)
    }
}
