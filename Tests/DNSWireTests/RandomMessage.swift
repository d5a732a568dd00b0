// SPDX-License-Identifier: Apache-2.0
import DNSWire
import NetworkTypes
import TestSupport

/// Messages that share names, differ in their case, and hold every kind of data.
struct RandomMessage {
    private var random: SeededGenerator
    private var names: [DomainName] = [.root]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func message() -> Message {
        names = [.root]
        var message = Message(header: Header(id: number(), bits: number() & ~0x200))
        if Bool.random(using: &random) { message.question = Question(name(), .a) }
        message.answers = records()
        message.authorities = records()
        message.additionals = records()
        if Bool.random(using: &random) {
            var edns = EDNS(payloadSize: number())
            edns.extendedResponseCode = number()
            edns.version = number()
            edns.isDNSSECWanted = .random(using: &random)
            edns.options = (0..<count(2)).map { _ in EDNS.Option(code: number(), data: octets(20)) }
            message.edns = edns
        }
        return message
    }

    private mutating func records() -> [ResourceRecord] {
        (0..<count(12)).map { _ in ResourceRecord(name(), timeToLive: number() >> 1, data()) }
    }

    private mutating func data() -> RecordData {
        switch Int.random(in: 0..<11, using: &random) {
        case 0: .a(IPv4Address(rawValue: number()))
        case 1: .aaaa(IPv6Address(rawValue: number()))
        case 2: .ns(name())
        case 3: .cname(name())
        case 4: .ptr(name())
        case 5: .mx(preference: number(), exchange: name())
        case 6: .srv(ServiceLocation(priority: number(), weight: number(), port: number(), target: name()))
        case 7: .txt((0..<count(3)).map { _ in octets(255) })
        case 8:
            .soa(
                StartOfAuthority(
                    primary: name(), mailbox: name(), serial: number(), refresh: number(), retry: number(),
                    expire: number(), minimum: number()))
        case 9: .opaque(RecordType(rawValue: 0xff00 | number() >> 8), octets(600))
        default: .opaque(.https, octets(40))
        }
    }

    /// A new label before a name that was used already, or that name.
    private mutating func name() -> DomainName {
        let base = names[Int.random(in: 0..<names.count, using: &random)]
        guard Int.random(in: 0..<3, using: &random) > 0, base.wire.count < 200 else { return base }
        let letters: [UInt8] = [0x61, 0x41, 0x2e, 0, 0xff]
        let label = (0..<Int.random(in: 1...8, using: &random)).map { _ in letters[count(letters.count - 1)] }
        guard let name = DomainName(labels: [label])?.inside(base) else { return base }
        names.append(name)
        return name
    }

    private mutating func octets(_ most: Int) -> [UInt8] { (0..<count(most)).map { _ in number() } }

    private mutating func count(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }

    private mutating func number<Number: FixedWidthInteger>() -> Number {
        Number.random(in: .min ... .max, using: &random)
    }
}
