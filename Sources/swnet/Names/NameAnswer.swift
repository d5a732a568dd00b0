// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import JSON
internal import NetworkTypes

/// A record of an answer, as it is shown.
struct NameAnswer: Equatable {
    let network: NetworkName
    /// What was asked.
    let name: String
    /// The address, or the name that the address has.
    let value: String
    /// In seconds.
    let timeToLive: UInt32

    /// Nil for a record of no use here.
    init?(_ record: ResourceRecord, network: NetworkName) {
        switch record.data {
        case .a(let address): value = "\(address)"
        case .aaaa(let address): value = "\(address)"
        case .ptr(let name): value = Self.plain(name)
        default: return nil
        }
        self.network = network
        name = Self.plain(record.name)
        timeToLive = record.timeToLive
    }

    /// Without the dot at the end.
    private static func plain(_ name: DomainName) -> String { String("\(name)".dropLast()) }

    var json: JSON {
        [
            "network": .string(network.text), "name": .string(name), "value": .string(value),
            "ttl": .number(timeToLive),
        ]
    }
}

extension [NameAnswer] {
    var table: TextTable {
        var table = TextTable(["NAME", "NETWORK", "VALUE", "TTL"])
        for answer in self {
            table.append([answer.name, answer.network.text, answer.value, "\(answer.timeToLive)s"])
        }
        return table
    }
}
