// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes
internal import Testing
internal import swnet

@Suite struct SubnetPoolTests {
    /// Gives the same numbers in every run.
    private struct Counter: RandomNumberGenerator {
        var value: UInt64 = 0

        mutating func next() -> UInt64 {
            value &+= 0x9e37_79b9_7f4a_7c15
            return value
        }
    }

    private static func used(_ prefixes: [String]) -> [UsedPrefix] {
        prefixes.compactMap { IPPrefix($0) }.map { UsedPrefix($0, .route) }
    }

    @Test(
        "the first IPv4 subnet that is free",
        arguments: [
            ([], "10.89.0.0/24"),
            (["10.89.0.0/24"], "10.89.1.0/24"),
            (["10.89.0.7/32", "10.89.1.128/25", "10.89.3.0/24"], "10.89.2.0/24"),
            (["10.89.0.0/16"], "10.90.0.0/24"),
            (["10.0.0.0/8"], "172.28.0.0/24"),
            (["10.0.0.0/8", "172.16.0.0/12"], "192.168.192.0/24"),
            (["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], nil),
            (["0.0.0.0/0"], "10.89.0.0/24"),
            (["::/0", "fd00::/8"], "10.89.0.0/24"),
        ] as [([String], String?)])
    func freeIPv4(used: [String], expected: String?) {
        #expect(SubnetPool.freeIPv4(avoiding: Self.used(used))?.description == expected)
    }

    @Test("IPv6 subnets are random, local, and avoid what is in use")
    func freeIPv6() throws {
        var generator = Counter()
        let first = try #require(SubnetPool.freeIPv6(avoiding: [], using: &generator))
        #expect(first.length == 64 && first == first.network)
        #expect(first.description.hasPrefix("fd"))
        var same = Counter()
        let second = try #require(SubnetPool.freeIPv6(avoiding: [UsedPrefix(first, .address)], using: &same))
        #expect(!second.overlaps(first))
        var again = Counter()
        #expect(SubnetPool.freeIPv6(avoiding: Self.used(["fd00::/8"]), using: &again) == nil)
    }

    @Test("subnets of a configuration, wherever they are")
    func subnets() throws {
        let configuration = try JSONObject(
            parsing: Array(
                """
                {"plugins": [
                  {"type": "bridge", "ipam": {"ranges": [[{"subnet": "10.1.0.0/24"}], [{"Subnet": "fd00::1/64"}]]}},
                  {"type": "swnet", "subnets": [{"subnet": "10.2.0.0/16"}, {"subnet": "nonsense"}, {"subnet": 5}]}
                ]}
                """.utf8))
        let used = UsedPrefix.subnets(of: configuration, named: "n")
        #expect(used.map(\.prefix.description) == ["10.1.0.0/24", "fd00::/64", "10.2.0.0/16"])
        #expect(used.first?.description == "network n, 10.1.0.0/24")
    }

    @Test("name servers of resolv.conf(5)")
    func resolvers() {
        let text =
            "# nameserver 1.1.1.1\nnameserver 10.89.0.53\n\tnameserver\tfd00::53 \nsearch a\nnameserver\nnameserver x\n"
        #expect(UsedPrefix.resolvers(in: text).map(\.prefix.description) == ["10.89.0.53/32", "fd00::53/128"])
    }
}
