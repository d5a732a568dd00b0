// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes
internal import Testing
internal import swnet

@Suite struct SubnetPoolTests {
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
            (["0.0.0.0/1", "128.0.0.0/1"], "10.89.0.0/24"),
            (["::/0", "fd00::/8"], "10.89.0.0/24"),
        ] as [([String], String?)])
    func freeIPv4(used: [String], expected: String?) {
        #expect(SubnetPool.freeIPv4(avoiding: Self.used(used))?.description == expected)
    }

    @Test(
        "the first IPv6 subnet of a host's space that is free",
        arguments: [
            ([], "fd12:3456:789a:1::/64"),
            (["fd12:3456:789a:1::/64"], "fd12:3456:789a:2::/64"),
            (["fd12:3456:789a:2::/63", "fd12:3456:789a:1::5/128"], "fd12:3456:789a:4::/64"),
            (["fd12:3456:789a::/49"], "fd12:3456:789a:8000::/64"),
            (["fd12:3456:789a::/48"], nil), (["fd00::/8"], nil),
            (["::/0", "8000::/1", "10.0.0.0/8"], "fd12:3456:789a:1::/64"),
        ] as [([String], String?)])
    func freeIPv6(used: [String], expected: String?) throws {
        let space = try #require(IPPrefix("fd12:3456:789a::/48"))
        #expect(SubnetPool.freeIPv6(avoiding: Self.used(used), of: space)?.description == expected)
    }

    @Test("a host's space is its own, always the same, and local") func localSpace() throws {
        let space = try #require(SubnetPool.localSpace(of: "0123456789abcdef0123456789abcdef"))
        // printf 'swnet local addresses of 0123456789abcdef0123456789abcdef' | sha256sum
        #expect(space.description == "fdb8:ffd9:6439::/48")
        #expect(SubnetPool.localSpace(of: "0123456789abcdef0123456789abcdee") != space)
        let random = try #require(SubnetPool.localSpace(of: nil))
        #expect(random.length == 48 && random == random.network && random.description.hasPrefix("fd"))
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
