// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import swnet

/// One error of each kind, and what a person reads.
enum PlanErrorSamples {
    private static let subnet = IPPrefix(.ipv4(IPv4Address(10, 1, 0, 0)), length: 24)
    private static let other = IPPrefix(.ipv4(IPv4Address(10, 1, 0, 128)), length: 25)

    static var all: [PlanError] {
        guard let subnet, let other, let option = DriverOption("mtu=x"), let bridge = InterfaceName("br0") else {
            return []
        }
        return [
            .tooSmall(IPPrefix(host: subnet.address)), .noSubnet("10.2.0.1", option: "--gateway"),
            .unusableGateway(subnet.last, subnet), .twice("--gateway", subnet),
            .overlap(other, UsedPrefix(subnet, .network("mynet"))), .overlappingSubnets(subnet, other),
            .noFreeSubnet(.ipv4), .notChainable("--isolation published"), .mtuOutOfRange(1, 68...65535),
            .unknownOption("mtv", nearest: "mtu"), .unknownOption("x", nearest: nil),
            .optionValue(option, expected: "a number"), .unsupportedOption(option, advice: "use --mtu"),
            .contradiction(option, flag: "--mtu"), .uselessUpstreams, .bridgeTaken(bridge, by: "network mynet"),
        ]
    }

    static let texts = [
        "subnet 10.1.0.0/32 has no room for a gateway and a container; use /30 or larger",
        "--gateway 10.2.0.1 is in none of the network's subnets; give --subnet too",
        "gateway 10.1.0.255 is an end of subnet 10.1.0.0/24, which no host can have; choose another address",
        "--gateway is given twice for subnet 10.1.0.0/24; give it once",
        "subnet 10.1.0.128/25 overlaps network mynet, 10.1.0.0/24; choose another one",
        "subnets 10.1.0.0/24 and 10.1.0.128/25 overlap; choose others",
        "no free IPv4 subnet is left in the pools of swnet; choose one with --subnet",
        "--isolation published needs the swnet type; leave out --chained",
        "MTU 1 is out of range; use 68 to 65535",
        "unknown option mtv; did you mean mtu?",
        "unknown option x; see 'swnet create --help'",
        "option mtu=x needs a number",
        "option mtu=x is not supported; use --mtu",
        "option mtu=x contradicts --mtu; give one of them",
        "--dns-upstream has no use with --internal, which asks nobody outside; leave one out",
        "bridge name br0 is taken by network mynet; choose another one",
    ]
}
