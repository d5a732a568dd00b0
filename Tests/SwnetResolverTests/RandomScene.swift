// SPDX-License-Identifier: Apache-2.0
import DNSWire
import NetworkTypes
import SwnetResolver
import SwnetState
import TestSupport
import Testing

/// Networks, endpoints and questions that get into each other's way: few names, few addresses, domains inside domains.
struct RandomScene {
    private static let domains = ["a.test", "b.a.test", "TEST", "0.89.10.in-addr.arpa", "a", "."]
    private static let texts = [
        "a", "b", "a.b", "b.a.test", "Web", "wEB", "gateway", "1.0.89.10.in-addr.arpa", "x.y.z",
    ]
    private static let types: [RecordType] = [.a, .a, .aaaa, .ptr, .ptr, .txt, .any, .soa, .https, .axfr, .opt]

    var random: SeededGenerator
    var resolver = Resolver()
    private(set) var networks: [NetworkName] = []
    private var records: [EndpointRecord] = []

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        for text in ["a", "b", "net", String(repeating: "n", count: 70)] {
            let network = try #require(NetworkName(text))
            networks.append(network)
            let own = chance(2) ? pick(Self.domains).flatMap { DomainName($0) } : nil
            var settings = ZoneSettings(network, domain: own)
            settings.timeToLive = number() >> UInt32(number() % 32 as UInt32)
            settings.subnets = try [#require(IPPrefix("10.89.0.0/24")), #require(IPPrefix("fd00::/64"))]
            if chance(2) { settings.gateways = try (0..<2).map { _ in try someAddress() } }
            settings.isInternal = chance(4)
            resolver.zones.set(settings, of: network)
        }
        for _ in 0..<12 { try change() }
    }

    /// One endpoint more, another one in its place, or one less.
    mutating func change() throws {
        if chance(3), let old = records.randomElement(using: &random) {
            resolver.zones.remove(old.attachment, on: old.network)
        }
        let addresses = try (0..<Int.random(in: 0...3, using: &random)).map { _ in try someAddress() }
        var endpoint = try record(
            Int.random(in: 0..<6, using: &random), on: networks.randomElement(using: &random)?.text ?? "a",
            name: chance(5) ? nil : pick(Self.texts), aliases: chance(2) ? [pick(Self.texts) ?? ""] : [],
            interface: chance(4) ? "eth1" : "eth0")
        endpoint.addresses = addresses.map { IPPrefix(host: $0) }
        records.append(endpoint)
        resolver.zones.add(endpoint)
    }

    mutating func client() throws -> Client {
        Client(
            try someAddress(), on: networks.randomElement(using: &random) ?? networks[0], .udp, token: number())
    }

    mutating func query() throws -> [UInt8] {
        var message = Message(header: Header(id: number(), bits: chance(8) ? number() : 0x0100))
        message.question = Question(
            try name(), pick(Self.types) ?? .a, chance(20) ? .chaos : .internet)
        if chance(2) {
            var edns = EDNS(payloadSize: number())
            edns.isDNSSECWanted = chance(2)
            edns.version = chance(10) ? 1 : 0
            if chance(3) { edns.options = [EDNS.Option(code: 10, data: [1, 2, 3, 4, 5, 6, 7, 8])] }
            message.edns = edns
        }
        var bytes = message.encoded()
        if chance(10) { bytes[Int.random(in: bytes.indices, using: &random)] ^= number() }
        if chance(20) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
        if chance(20) { bytes.append(number()) }
        return bytes
    }

    private mutating func name() throws -> DomainName {
        if chance(4) {
            let octet = Int.random(in: 0...8, using: &random)
            let nibbles = "\(octet)." + String(repeating: "0.", count: 27) + "0.0.d.f.ip6.arpa"
            return try domain(chance(2) ? nibbles : "\(octet).0.89.10.in-addr.arpa")
        }
        let text = chance(4) ? "00000000000\(Int.random(in: 0..<6, using: &random))" : pick(Self.texts) ?? "a"
        let networks = networks.map(\.text) + ["swnet.internal", "a.swnet.internal", "net.swnet.internal"]
        let suffix = [nil, nil, pick(networks), pick(Self.domains)].randomElement(using: &random) ?? nil
        var name = DomainName(text)
        if let suffix, let domain = DomainName(suffix) { name = chance(8) ? domain : name?.inside(domain) }
        return recased(try #require(name ?? DomainName(text)))
    }

    private mutating func recased(_ name: DomainName) -> DomainName {
        guard chance(2) else { return name }
        let labels = name.labels.map { label in
            label.map { octet in (0x61...0x7a).contains(octet | 0x20) && chance(2) ? octet ^ 0x20 : octet }
        }
        return DomainName(labels: labels) ?? name
    }

    private mutating func someAddress() throws -> IPAddress {
        let host = Int.random(in: 0...8, using: &random)
        return try address(chance(3) ? "fd00::\(host)" : "10.89.0.\(host)")
    }

    private mutating func pick(_ texts: [String]) -> String? { texts.randomElement(using: &random) }

    private mutating func pick(_ types: [RecordType]) -> RecordType? { types.randomElement(using: &random) }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    private mutating func number<Number: FixedWidthInteger>() -> Number {
        Number.random(in: .min ... .max, using: &random)
    }
}
