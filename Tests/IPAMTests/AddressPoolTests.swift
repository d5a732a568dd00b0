// SPDX-License-Identifier: Apache-2.0
import IPAM
import NetworkTypes
import Testing

@Suite struct AddressPoolTests {
    @Test(
        "goes on after the cursor, wraps, skips gateways",
        arguments: [
            (nil, "10.0.0.2"), ("10.0.0.2", "10.0.0.3"), ("10.0.0.6", "10.1.0.2"), ("10.1.0.6", "10.0.0.2"),
            ("10.0.0.1", "10.0.0.2"), ("10.9.9.9", "10.0.0.2"), ("fd00::1", "10.0.0.2"), ("10.1.0.1", "10.1.0.2"),
        ] as [(String?, String)])
    func next(_ cursor: String?, _ expected: String) throws {
        let pool = try pool("10.0.0.0/29", "10.1.0.0/29")
        #expect(pool.next(after: cursor.flatMap { IPAddress($0) }) == IPAddress(expected))
    }

    @Test("a round visits every usable address once", arguments: ["10.0.0.0/28", "fd00::/124"])
    func round(_ subnet: String) throws {
        let prefix = try #require(IPPrefix(subnet))
        let skipped = try #require(prefix.first.advanced(by: 4))
        let excluded = [try #require(IPPrefix(skipped, length: prefix.family.addressBits - 2))]
        let pool = try AddressPool([try AddressRange(subnet: prefix, excluded: excluded)])
        var seen: [IPAddress] = []
        var cursor = pool.next(after: nil)
        while let address = cursor, !seen.contains(address) {
            seen.append(address)
            cursor = pool.next(after: address)
        }
        #expect(UInt128(seen.count) == pool.usable)
        #expect(seen == seen.sorted())
        #expect(!seen.contains { excluded[0].contains($0) } && seen.allSatisfy(pool.offers))
        #expect(pool.total == (prefix.family == .ipv4 ? 14 : 15))
        #expect(pool.usable == pool.total - 5)
        #expect(!pool.offers(skipped) && pool.range(containing: skipped) != nil)
    }

    @Test(
        "huge ranges take no time",
        arguments: [
            ("10.0.0.0/8", "16777214", "16777213"), ("fd00::/64", "18446744073709551615", "18446744073709551614"),
            ("::/0", "340282366920938463463374607431768211455", "340282366920938463463374607431768211454"),
        ])
    func huge(_ subnet: String, _ total: String, _ usable: String) throws {
        let pool = try pool(subnet)
        #expect(pool.total.description == total)
        #expect(pool.usable.description == usable)
        let last = try #require(pool.ranges.last?.end)
        #expect(pool.next(after: last) == pool.next(after: nil))
        #expect(pool.next(after: pool.next(after: nil))?.value == pool.ranges[0].start.value + 2)
    }

    @Test func countsSaturate() throws {
        let prefix = try #require(IPPrefix("::/0"))
        let whole = try AddressRange(subnet: prefix, start: prefix.first, gateway: IPAddress("10.0.0.1"))
        #expect(try AddressPool([whole]).total == .max)
        #expect(try AddressPool([whole]).usable == .max)
    }

    @Test(
        "the first free address by the taken ones alone",
        arguments: [
            (nil, [], 2), (nil, [2, 3, 4], 5), (5, [6, 2, 3], 4), (5, [2, 3, 4, 6], 5), (5, [2, 3, 4, 5, 6], nil),
            (6, [2], 3), (6, [0, 1, 2, 3, 4, 5, 6, 7, 8], nil), (3, [4, 5, 6, 7, 8, 9, 200], 2),
        ] as [(Int?, [Int], Int?)])
    func firstFree(_ cursor: Int?, _ taken: [Int], _ expected: Int?) throws {
        for (prefix, family) in [("10.0.0.0/29", IPFamily.ipv4), ("fd00::/125", .ipv6)] {
            let base = try #require(IPPrefix(prefix)).first.value
            let end = IPAddress(base + 6, family)
            let range = try AddressRange(subnet: try #require(IPPrefix(prefix)), end: end)
            let pool = try AddressPool([range])
            let free = pool.firstFree(
                after: cursor.flatMap { IPAddress(base + UInt128($0), family) },
                taken: taken.map { base + UInt128($0) }.sorted())
            #expect(free == expected.flatMap { IPAddress(base + UInt128($0), family) })
        }
    }

    @Test("at the very top of the numbers") func topOfTheFamily() throws {
        let prefix = try #require(IPPrefix("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126"))
        let pool = try AddressPool([try AddressRange(subnet: prefix)])
        #expect(pool.firstFree(after: nil, taken: [.max - 1, .max]) == nil)
        #expect(pool.firstFree(after: prefix.last, taken: [.max - 1]) == prefix.last)
        #expect(pool.next(after: prefix.last)?.value == UInt128.max - 1)
    }

    @Test("many exclusions, nested and overlapping, in any order") func exclusions() throws {
        let subnet = try #require(IPPrefix("10.0.0.0/16"))
        var excluded = try [
            "10.0.1.0/24", "10.0.1.128/25", "10.0.0.0/29", "10.0.255.255/32", "10.9.0.0/16", "fd00::/8",
        ]
        .map { try #require(IPPrefix($0)) }
        excluded += try (0..<5000).map { number in
            IPPrefix(host: try #require(subnet.first.advanced(by: UInt128(1024 + 2 * (number * 7919 % 5000)))))
        }
        let pool = try AddressPool([try AddressRange(subnet: subnet, excluded: excluded)])
        #expect(pool.usable == 65534 - 7 - 256 - 5000)
        #expect(pool.next(after: nil)?.description == "10.0.0.8")
        #expect(pool.next(after: IPAddress("10.0.0.255"))?.description == "10.0.2.0")
        #expect(pool.next(after: IPAddress("10.0.4.3"))?.description == "10.0.4.5")
    }

    @Test func tooManyRanges() throws {
        let ranges = try (0...AddressPool.maximumRanges).map { number in
            try AddressRange(subnet: try #require(IPPrefix("10.\(number / 256).\(number % 256).0/24")))
        }
        #expect(throws: IPAMError.invalid("more than 1024 ranges")) { try AddressPool(ranges) }
        let pools = try ranges.map { try AddressPool([$0]) }
        #expect(throws: IPAMError.invalid("more than 1024 ranges")) { try AddressPlan(pools) }
        #expect(try AddressPool(ranges.dropLast()).next(after: nil)?.description == "10.0.0.2")
    }

    @Test func nothingUsable() throws {
        let prefix = try #require(IPPrefix("10.0.0.0/30"))
        let pool = try AddressPool([try AddressRange(subnet: prefix, excluded: [prefix])])
        #expect(pool.usable == 0)
        #expect(pool.next(after: nil) == nil)
        #expect(pool.firstFree(after: prefix.first, taken: []) == nil)
    }

    private func pool(_ subnets: String...) throws -> AddressPool {
        try AddressPool(subnets.map { try AddressRange(subnet: try #require(IPPrefix($0))) })
    }
}
