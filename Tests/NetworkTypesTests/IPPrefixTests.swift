// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import Testing

@Suite struct IPPrefixTests {
    @Test(
        "bounds of a prefix, in every family",
        arguments: [
            ("10.89.0.7/24", "10.89.0.0/24", "10.89.0.255"), ("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255"),
            ("10.0.0.1/32", "10.0.0.1/32", "10.0.0.1"), ("fd00::1/64", "fd00::/64", "fd00::ffff:ffff:ffff:ffff"),
            ("::/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ("fd00::5/128", "fd00::5/128", "fd00::5"),
        ])
    func bounds(_ text: String, _ network: String, _ last: String) throws {
        let prefix = try #require(IPPrefix(text))
        #expect(prefix.description == text)
        #expect(prefix.network.description == network)
        #expect(prefix.last.description == last)
        #expect(prefix.contains(prefix.address) && prefix.contains(prefix.last))
        if let beyond = prefix.last.advanced() { #expect(!prefix.contains(beyond)) }
    }

    @Test(
        "a length is needed, in range and plain",
        arguments: [
            "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8 ",
            "::/129", "/8",
            "10.0.0.0/8/8",
        ])
    func refused(_ text: String) { #expect(IPPrefix(text) == nil) }

    @Test(
        "overlap is symmetric and never crosses families",
        arguments: [
            ("10.0.0.0/8", "10.1.0.0/16", true), ("10.0.0.0/24", "10.0.1.0/24", false), ("::/0", "0.0.0.0/0", false),
            ("fd00::/64", "fd00::1/128", true),
        ])
    func overlap(_ left: String, _ right: String, _ expected: Bool) throws {
        let (left, right) = (try #require(IPPrefix(left)), try #require(IPPrefix(right)))
        #expect(left.overlaps(right) == expected)
        #expect(right.overlaps(left) == expected)
    }
}
