// SPDX-License-Identifier: Apache-2.0
import DNSWire
import NetworkTypes
import SwnetResolver
import SwnetState
import TestSupport
import Testing

/// Whatever comes and goes, the answers are those of a plain list of records.
@Suite struct ZonesModelTests {
    private struct Model {
        var random: SeededGenerator
        var zones = Zones()
        var records: [EndpointRecord] = []

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

        mutating func someRecord() throws -> EndpointRecord {
            let container = number(0..<60)
            return try record(
                container, on: ["front", "back"][number(0..<2)], name: "c\(number(0..<40))",
                aliases: (0..<number(0..<3)).map { "shared\($0).group" },
                "10.89.\(number(0..<2)).\(number(2..<250))/16", "fd00::\(container + 2)/64",
                interface: "eth\(number(0..<2))")
        }

        mutating func step() throws {
            let record = try someRecord()
            records.removeAll { $0.attachment == record.attachment && $0.network == record.network }
            switch number(0..<40) {
            case 0:
                records.removeAll { $0.network == record.network }
                zones.remove(record.network)
            case 1:
                records.removeAll { $0.network == record.network && $0.attachment.interface.text == "eth0" }
                zones.replaceEndpoints(of: record.network, with: records.filter { $0.network == record.network })
            case 2..<15: zones.remove(record.attachment, on: record.network)
            default:
                records.append(record)
                zones.add(record)
            }
        }

        /// The addresses of a name that an asker must see.
        func addresses(of name: String, from source: EndpointRecord) -> Set<String> {
            let networks = Set(
                records.filter { $0.attachment.container == source.attachment.container }.map(\.network))
            let holders = records.filter { record in
                networks.contains(record.network)
                    && ([record.name ?? ""] + record.aliases + [String(record.attachment.container.text.prefix(12))])
                        .contains(name)
            }
            return Set(holders.flatMap { $0.addresses.map(\.address.description) }.filter { $0.contains(".") })
        }
    }

    @Test("endpoints that come and go in any order", arguments: 1...4 as ClosedRange<UInt64>)
    func churn(seed: UInt64) throws {
        var model = Model(seed: seed)
        var scene = try Scene()
        for _ in 0..<600 {
            try model.step()
            scene.resolver.zones = model.zones
            guard let asker = model.records.last else { continue }
            let name = ["c\(model.number(0..<40))", "shared0.group", "00000000000\(model.number(0..<10))"][
                model.number(0..<3)]
            var query = try scene.query(name)
            query.edns = EDNS(payloadSize: 4096)
            let client = Client(
                try #require(asker.addresses.first).address, on: asker.network, .udp, token: 1)
            let expected = model.addresses(of: name, from: asker)
            let answers = scene.ask(query, from: client).answers
            #expect(Set(answers.flatMap(\.addresses)) == expected, "\(name) for \(asker.attachment)")
        }
        for network in model.zones.networks {
            #expect(model.zones.isEmpty(network) == !model.records.contains { $0.network == network })
        }
    }
}
