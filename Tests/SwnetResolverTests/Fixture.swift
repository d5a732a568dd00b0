// SPDX-License-Identifier: Apache-2.0
import DNSWire
import LinuxSystem
import NetworkTypes
import SwnetResolver
import SwnetState
import TestSupport
import Testing

/// The hexadecimal id of the container with this number.
func containerID(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 12 - digits.utf8.count) + digits + String(repeating: "e", count: 52)
}

func record(
    _ number: Int, on network: String, name: String?, aliases: [String] = [], _ addresses: String...,
    interface: String = "eth0"
) throws -> EndpointRecord {
    let attachment = AttachmentID(
        container: try #require(ContainerID(containerID(number))), interface: try #require(InterfaceName(interface)))
    var record = EndpointRecord(
        network: try #require(NetworkName(network)), attachment: attachment, sandbox: "/run/netns/\(number)",
        boot: "boot", created: Timestamp(seconds: 0), type: "swnet")
    record.name = name
    record.aliases = aliases
    record.addresses = try addresses.map { try #require(IPPrefix($0)) }
    record.state = .attached
    return record
}

func domain(_ text: String) throws -> DomainName { try #require(DomainName(text)) }

func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

/// Two networks and an internal one; `web` is on the first two, `db` on the second, `lone` on the internal one.
struct Scene {
    var resolver: Resolver
    var random = SeededGenerator(seed: 7)
    var now = MonotonicTime(milliseconds: 1000)

    init(limits: ResolverLimits = ResolverLimits()) throws {
        resolver = Resolver(limits: limits)
        for (network, subnets, gateways) in [
            ("front", ["10.89.0.0/24", "fd00:1::/64"], ["10.89.0.1", "fd00:1::1"]),
            ("back", ["10.89.1.0/24"], ["10.89.1.1"]), ("dark", ["10.89.2.0/24"], ["10.89.2.1"]),
        ] {
            let name = try #require(NetworkName(network))
            var settings = ZoneSettings(name)
            settings.subnets = subnets.compactMap { IPPrefix($0) }
            settings.gateways = gateways.compactMap { IPAddress($0) }
            settings.isInternal = network == "dark"
            resolver.zones.set(settings, of: name)
        }
        for record in [
            try record(1, on: "front", name: "web", aliases: ["www", "WEB"], "10.89.0.2/24", "fd00:1::2/64"),
            try record(1, on: "back", name: "web", "10.89.1.2/24", interface: "eth1"),
            try record(2, on: "back", name: "db", aliases: ["store"], "10.89.1.3/24"),
            try record(3, on: "back", name: "db2", aliases: ["store"], "10.89.1.4/24"),
            try record(4, on: "dark", name: "lone", "10.89.2.2/24"),
            try record(5, on: "front", name: "a.b", "10.89.0.5/24"),
        ] { resolver.zones.add(record) }
        resolver.setUpstreams(try ["192.0.2.1", "192.0.2.2"].map { try #require(Upstream($0)) })
    }

    func query(_ name: String, _ type: RecordType = .a, id: UInt16 = 0x4242) throws -> Message {
        var message = Message(header: Header(id: id), question: Question(try domain(name), type))
        message.header.isRecursionDesired = true
        return message
    }

    func client(
        _ source: String, on network: String = "front", _ transport: Client.Transport = .udp, token: UInt64 = 1
    ) throws -> Client {
        Client(try address(source), on: try #require(NetworkName(network)), transport, token: token)
    }

    mutating func ask(_ query: Message, from client: Client) -> [ResolverAction] {
        resolver.receiveQuery(query.encoded(), from: client, at: now, using: &random)
    }

    /// What is answered at once.
    mutating func answer(
        _ name: String, _ type: RecordType = .a, from source: String = "10.89.0.2", on network: String = "front"
    ) throws -> Message {
        let actions = ask(try query(name, type), from: try client(source, on: network))
        return try #require(actions.answers.first)
    }

    mutating func wait(milliseconds: Int) -> [ResolverAction] {
        now = now.advanced(milliseconds: milliseconds)
        return resolver.advance(to: now, using: &random)
    }

    /// A server's answer to what it was asked, changed by `change`.
    mutating func serve(
        _ asked: Asked, from sender: Upstream? = nil, _ change: (inout Message) throws -> Void = { _ in }
    ) throws -> [ResolverAction] {
        var answer = asked.query.response()
        answer.header.isRecursionAvailable = true
        answer.answers = [
            ResourceRecord(try #require(asked.query.question).name, timeToLive: 60, .a(IPv4Address(198, 51, 100, 7)))
        ]
        try change(&answer)
        return resolver.receiveAnswer(
            answer.encoded(), for: asked.exchange, from: sender ?? asked.upstream, at: now, using: &random)
    }
}

struct Asked {
    let exchange: ExchangeID
    let transport: Client.Transport
    let upstream: Upstream
    let query: Message
}

extension [ResolverAction] {
    var answers: [Message] {
        compactMap { action in
            guard case .answer(_, let bytes) = action else { return nil }
            return try? Message(decoding: bytes)
        }
    }

    var asked: [Asked] {
        compactMap { action in
            guard case .ask(let exchange, let transport, let upstream, let bytes) = action,
                let query = try? Message(decoding: bytes)
            else { return nil }
            return Asked(exchange: exchange, transport: transport, upstream: upstream, query: query)
        }
    }
}

extension Message {
    var addresses: [String] {
        answers.compactMap { record in
            switch record.data {
            case .a(let address): address.description
            case .aaaa(let address): address.description
            default: nil
            }
        }
    }

    var soa: StartOfAuthority? {
        for record in authorities {
            if case .soa(let soa) = record.data { return soa }
        }
        return nil
    }
}
