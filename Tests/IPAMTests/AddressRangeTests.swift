// SPDX-License-Identifier: Apache-2.0
import IPAM
import NetworkTypes
import Testing

@Suite struct AddressRangeTests {
    @Test(arguments: [
        ("10.9.0.0/24", "10.9.0.1-10.9.0.254", "10.9.0.1"),
        ("10.9.0.0/30", "10.9.0.1-10.9.0.2", "10.9.0.1"),
        ("fd00::/64", "fd00::1-fd00::ffff:ffff:ffff:ffff", "fd00::1"),
        ("fd00::/126", "fd00::1-fd00::3", "fd00::1"),
        ("0.0.0.0/0", "0.0.0.1-255.255.255.254", "0.0.0.1"),
        ("::/0", "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::1"),
    ])
    func defaults(_ subnet: String, _ span: String, _ gateway: String) throws {
        let range = try AddressRange(subnet: try #require(IPPrefix(subnet)))
        #expect(range.description == span)
        #expect(range.gateway.description == gateway)
    }

    @Test(
        "bounds may be the network and the broadcast address",
        arguments: [
            ("10.9.0.0/24", "10.9.0.0", "10.9.0.255"), ("fd00::/120", "fd00::", "fd00::ff"),
        ])
    func widestBounds(_ subnet: String, _ start: String, _ end: String) throws {
        let range = try make(subnet, start, end)
        #expect(range.description == "\(start)-\(end)")
    }

    @Test(
        arguments: [
            ("10.9.0.0/31", nil, nil, "Network 10.9.0.0/31 too small to allocate from"),
            ("10.9.0.0/32", nil, nil, "Network 10.9.0.0/32 too small to allocate from"),
            ("fd00::/127", nil, nil, "Network fd00::/127 too small to allocate from"),
            (
                "10.9.0.1/24", nil, nil,
                "Network has host bits set. For a subnet mask of length 24 the network address is 10.9.0.0"
            ),
            ("10.9.0.0/24", "10.9.1.1", nil, "RangeStart 10.9.1.1 not in network 10.9.0.0/24"),
            ("10.9.0.0/24", "fd00::1", nil, "RangeStart fd00::1 not in network 10.9.0.0/24"),
            ("10.9.0.0/24", "10.9.0.9", "10.9.0.8", "RangeStart 10.9.0.9 not in network 10.9.0.0/24"),
            ("10.9.0.0/24", nil, "10.9.1.0", "RangeEnd 10.9.1.0 not in network 10.9.0.0/24"),
            ("10.9.0.0/24", nil, "10.9.0.0", "RangeEnd 10.9.0.0 not in network 10.9.0.0/24"),
            (
                "10.9.0.0/24", "10.9.0.255", nil,
                "RangeStart 10.9.0.255 is above 10.9.0.254, the last address of 10.9.0.0/24 that is handed out"
            ),
        ] as [(String, String?, String?, String)])
    func refusals(_ subnet: String, _ start: String?, _ end: String?, _ reason: String) throws {
        #expect(throws: IPAMError.invalid(reason)) { try make(subnet, start, end) }
    }

    @Test(arguments: [
        ([], "empty range set"), (["10.1.0.0/24", "fd00::/64"], "mixed address families"),
        (["10.1.0.0/16", "10.1.2.0/24"], "subnets 10.1.0.1-10.1.255.254 and 10.1.2.1-10.1.2.254 overlap"),
    ])
    func poolRefusals(_ subnets: [String], _ reason: String) throws {
        let ranges = try subnets.map { try make($0) }
        #expect(throws: IPAMError.invalid(reason)) { try AddressPool(ranges) }
        #expect(throws: IPAMError.invalid("invalid range set 0: \(reason)")) { try AddressPlan(ranges: [ranges]) }
    }

    @Test func planRefusals() throws {
        let (one, two) = (try make("10.1.0.0/24"), try make("10.2.0.0/24"))
        #expect(throws: IPAMError.invalid("no IP ranges specified")) { try AddressPlan(ranges: []) }
        #expect(throws: IPAMError.invalid("range set 0 overlaps with 2")) {
            try AddressPlan(ranges: [[one], [two], [one]])
        }
        #expect(try AddressPlan(ranges: [[one], [two]]).hasSeveralAddressesPerFamily)
        #expect(try !AddressPlan(ranges: [[one, two], [make("fd00::/64")]]).hasSeveralAddressesPerFamily)
    }

    private func make(_ subnet: String, _ start: String? = nil, _ end: String? = nil) throws -> AddressRange {
        try AddressRange(
            subnet: try #require(IPPrefix(subnet)), start: start.flatMap { IPAddress($0) },
            end: end.flatMap { IPAddress($0) })
    }
}
