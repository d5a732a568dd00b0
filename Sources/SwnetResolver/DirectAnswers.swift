// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes

/// Answers to plain questions about names that somebody here has, made where the question lies and without taking memory.
///
/// They are octet for octet what ``AnswerPolicy`` says; whatever is not plain, or not about such a name, is left to it.
struct DirectAnswers: Sendable {
    /// More is sorted out with sets, which take memory.
    private static let mostAddresses = 24

    private var writer = MessageWriter(limit: MessageWriter.minimumLimit)
    // What is used again with the next question.
    private var networks: [Int] = []
    private var addresses: [IPAddress] = []
    private var name: [UInt8] = []

    /// A plain query, and the octets it lies in.
    struct Asked {
        let query: PlainQuery
        let bytes: [UInt8]
        /// Of the answer, in octets.
        let limit: Int
    }

    /// Returns false when the question has to go the general way.
    mutating func answer(
        _ asked: Asked, from address: IPAddress, on network: NetworkName, zones: Zones, rotation: Int,
        into answer: inout [UInt8]
    ) -> Bool {
        switch asked.query.type {
        case .any, .soa, .axfr, .ixfr, .opt, RecordType(rawValue: 0): return false
        default: break
        }
        networks.removeAll(keepingCapacity: true)
        guard zones.findNetworks(of: address, on: network, into: &networks) != nil else { return false }
        guard writeName(asked, zones, rotation) ?? writePointer(asked, zones) else { return false }
        writer.exchange(&answer)
        return true
    }

    /// Nil when nobody has the name.
    private mutating func writeName(_ asked: Asked, _ zones: Zones, _ rotation: Int) -> Bool? {
        addresses.removeAll(keepingCapacity: true)
        var owner: Int?
        for network in networks
        where zones.collect(asked.bytes, asked.query.name, in: network, into: &addresses) && owner == nil {
            owner = network
        }
        guard let owner else { return nil }
        guard addresses.count <= Self.mostAddresses else { return false }
        keepWanted(asked.query.type)
        begin(asked, records: max(1, addresses.count))
        guard !addresses.isEmpty else { return writeAuthority(asked, zones, owner) }
        let start = rotation % addresses.count
        for index in addresses.indices {
            let turned = start + index
            writer.answer(
                addresses[turned < addresses.count ? turned : turned - addresses.count],
                timeToLive: zones[owner].settings.timeToLive)
        }
        return finish(asked)
    }

    /// Leaves the addresses of the family that was asked for, each once.
    private mutating func keepWanted(_ type: RecordType) {
        var count = 0
        for index in addresses.indices {
            let address = addresses[index]
            guard type == (address.family == .ipv4 ? .a : .aaaa), !addresses[..<count].contains(address) else {
                continue
            }
            addresses[count] = address
            count += 1
        }
        if count < addresses.count { addresses.removeLast(addresses.count - count) }
    }

    /// True when the address is one of the first `count`.
    private func isAmong(_ count: Int, _ address: IPAddress) -> Bool {
        for index in 0..<count where addresses[index] == address { return true }
        return false
    }

    /// That there is nothing of this type at the name.
    private mutating func writeAuthority(_ asked: Asked, _ zones: Zones, _ owner: Int) -> Bool {
        writer.authority(zones[owner].authority)
        return finish(asked)
    }

    /// The name of the one container that has the address.
    private mutating func writePointer(_ asked: Asked, _ zones: Zones) -> Bool {
        guard asked.query.type == .ptr, let address = ReverseName.address(asked.bytes, asked.query.name) else {
            return false
        }
        var count = 0
        var holder = 0
        zones.endpoints.forEachHolder(of: address) { endpoint in
            for network in networks where network == zones.endpoints.zone(of: endpoint) {
                count += 1
                holder = endpoint
            }
        }
        let owner = zones.endpoints.zone(of: holder)
        guard count == 1, !hasGateway(address, zones, besides: owner),
            let first: Range<Int> = zones.endpoints.firstName(of: holder),
            first.count + zones[owner].settings.domain.wire.count <= DomainName.maximumLength
        else { return false }
        name.removeAll(keepingCapacity: true)
        for index in first { name.append(zones.endpoints.octets[index]) }
        name.append(contentsOf: zones[owner].settings.domain.wire)
        begin(asked, records: 1)
        writer.answer(pointer: name, timeToLive: zones[owner].settings.timeToLive)
        return finish(asked)
    }

    /// True when another of the asker's networks has its gateway at the address.
    private func hasGateway(_ address: IPAddress, _ zones: Zones, besides owner: Int) -> Bool {
        networks.contains { $0 != owner && zones[$0].settings.gateways.contains(address) }
    }
}

extension DirectAnswers {
    private mutating func begin(_ asked: Asked, records: Int) {
        var header = asked.query.header.response
        header.isAuthoritative = true
        header.isRecursionAvailable = true
        writer.begin(header, to: asked.query, in: asked.bytes, records: records, limit: asked.limit)
    }

    private mutating func finish(_ asked: Asked) -> Bool {
        writer.finish(asked.query, payloadSize: Forwarder.payloadSize)
    }
}
