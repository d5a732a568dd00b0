// SPDX-License-Identifier: Apache-2.0
import NFTables
import NetworkTypes
import Testing

/// A table that uses every statement, every type and every kind of set.
enum Sample {
    static let table = Table(.inet, "sample", comment: "every statement")
    static let bridges = NamedSet<InterfaceName>("bridges", comment: "where it matters")
    static let pairs = NamedSet<Concat<InterfaceName, InterfaceName>>("pairs")
    static let marks = NamedSet<Mark>("marks")
    static let hosts = NamedSet<IPv4Address>("hosts", isInterval: true)
    static let hosts6 = NamedSet<IPv6Address>("hosts6", isInterval: true)
    static let networks = NamedSet<Concat<IPv4Address, IPv4Address>>("networks", isInterval: true)
    static let networks6 = NamedSet<Concat<IPv6Address, IPv6Address>>("networks6", isInterval: true)
    static let ports = NamedMap<Concat<L4Protocol, Port>, Concat<IPv4Address, Port>>("ports", comment: "published")
    static let ports6 = NamedMap<Concat<IPv6Address, Concat<L4Protocol, Port>>, Concat<IPv6Address, Port>>("ports6")
    static let sources = NamedMap<IPv4Address, IPv4Address>("sources")
    static let policies = NamedMap<InterfaceName, Verdict>("policies")

    static let early = Chain("early", .init(.filter, .prerouting, .raw))
    static let arriving = Chain("arriving", .init(.nat, .prerouting, .destinationNAT))
    static let leaving = Chain("leaving", .init(.nat, .postrouting, .sourceNAT))
    static let locals = Chain("locals", .init(.nat, .output, .destinationNAT))
    static let passing = Chain("passing", .init(.filter, .forward, .filter, .drop))
    static let strict = Chain("strict")
    static let publish = Chain("publish")

    static func transaction() throws -> Transaction {
        Transaction(table, try declarations() + rules() + elements())
    }

    static func declarations() -> [NFTables.Operation] {
        [
            .add(.table), .add(bridges), .add(pairs), .add(marks), .add(hosts), .add(hosts6), .add(networks),
            .add(networks6), .add(ports), .add(ports6), .add(sources), .add(policies), .add(early), .add(strict),
            .add(publish), .create(.chain(arriving)), .create(.chain(leaving)), .add(locals), .add(passing),
        ]
    }

    static func rules() throws -> [NFTables.Operation] {
        let loopback = try #require(IPPrefix("127.0.0.0/8"))
        let loopback6 = try #require(IPPrefix("::1/128"))
        let odd = try #require(IPPrefix("10.64.0.0/10"))
        let serviceKey = Selector.transportProtocol.concat(.destinationPort)
        return [
            Rule(
                in: early, .match(.inputInterface, in: bridges), .prefix(.destination, loopback, isNegated: false),
                .verdict(.drop)),
            Rule(in: early, .prefix(.source, odd, isNegated: true), .verdict(.return)),
            Rule(in: publish, .family(.ipv4), .destinationNAT(to: ports, by: serviceKey)),
            Rule(
                in: publish,
                .destinationNAT(to: ports6, by: Selector<IPv6Address>.destination.concat(serviceKey))),
            Rule(
                in: arriving, .prefix(.destination, loopback6, isNegated: true), .isLocal(.destination),
                .verdict(.jump(publish.name))),
            Rule(in: locals, .isLocal(.destination), .verdict(.goto(publish.name))),
            Rule(
                in: leaving, .destinationWasTranslated, .match(Selector<IPv4Address>.destination, in: hosts),
                .isLocal(.source), .masquerade),
            Rule(
                in: leaving, .match(Selector<IPv4Address>.source.concat(.destination), notIn: networks),
                .sourceNAT(to: sources, by: Selector<IPv4Address>.source)),
            Rule(
                in: leaving, .match(Selector<IPv6Address>.source.concat(.destination), in: networks6),
                .match(.outputInterface, notIn: bridges), .masquerade),
            Rule(in: passing, .isTCPSYN, .clampSegmentSize),
            Rule(in: passing, .connectionState([.established, .related]), .verdict(.accept)),
            Rule(in: passing, .connectionState([.invalid]), .verdict(.drop), comment: "no \"idea\""),
            Rule(
                in: passing, .match(Selector<InterfaceName>.inputInterface.concat(.outputInterface), in: pairs),
                .verdict(.accept)),
            Rule(in: passing, .verdict(of: .outputInterface, in: policies)),
        ].map { .addRule($0) }
    }

    static func elements() throws -> [NFTables.Operation] {
        let br0 = try #require(InterfaceName("br0"))
        let longest = try #require(InterfaceName("interface-name1"))
        let low = IPv4Address(10, 0, 0, 0)
        let high = IPv4Address(10, 0, 0, 255)
        let low6 = try #require(IPv6Address("fd00::"))
        let high6 = try #require(IPv6Address("fd00::ffff:ffff:ffff:ffff"))
        let port = try #require(Port(8080))
        return [
            bridges.add(br0, comment: "the first"), bridges.add(longest), pairs.add(Concat(br0, longest)),
            marks.add(Mark(0x2000)), hosts.add(from: low, through: high),
            hosts.add(from: IPv4Address(10, 0, 1, 1), through: IPv4Address(10, 0, 1, 5)),
            hosts.add(from: IPv4Address(240, 0, 0, 0), through: IPv4Address(255, 255, 255, 255)),
            hosts6.add(from: low6, through: high6),
            networks.add(from: Concat(low, low), through: Concat(high, high), comment: "one subnet"),
            networks6.add(from: Concat(low6, low6), through: Concat(high6, high6)),
            ports.create(Concat(.tcp, port), Concat(IPv4Address(10, 0, 0, 2), port), comment: "net/web/eth0"),
            ports6.create(Concat(high6, Concat(.sctp, port)), Concat(low6, port)),
            sources.add(low, high), policies.add(br0, .jump(strict.name), comment: "strict"),
            policies.add(longest, .drop),
        ]
    }
}
