// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes
package import SwnetState

/// The names of all networks of the host, and who may see which.
package struct Zones: Sendable {
    private var zones: [NetworkName: Zone] = [:]
    private var memberships: [ContainerID: OneOrMore<NetworkName>] = [:]

    package init() {}

    /// Makes the network known, or changes its settings.
    package mutating func set(_ settings: ZoneSettings, of network: NetworkName) {
        if zones[network] == nil { zones[network] = Zone(network, settings) }
        zones[network]?.settings = settings
    }

    /// Forgets the network and its endpoints.
    package mutating func remove(_ network: NetworkName) {
        guard let zone = zones.removeValue(forKey: network) else { return }
        for attachment in zone.attachments { memberships.remove(network, at: attachment.container) }
    }

    /// Serves an endpoint, in place of what was known of it. A network that is not known is made with its default
    /// settings. Whether one that is still attaching is served is up to the caller.
    package mutating func add(_ record: EndpointRecord) {
        let network = record.network
        if zones[network] == nil { zones[network] = Zone(network, ZoneSettings(network)) }
        let isKnown = zones[network]?.contains(record.attachment) ?? false
        zones[network]?.add(record)
        if !isKnown { memberships.append(network, at: record.attachment.container) }
    }

    /// Forgets an endpoint. Returns false when it was not known.
    @discardableResult
    package mutating func remove(_ attachment: AttachmentID, on network: NetworkName) -> Bool {
        guard zones[network]?.remove(attachment) == true else { return false }
        memberships.remove(network, at: attachment.container)
        return true
    }

    /// Makes the network hold exactly these endpoints; those that are there already are left alone when nothing changed.
    package mutating func replaceEndpoints(of network: NetworkName, with records: [EndpointRecord]) {
        let wanted = Set(records.map(\.attachment))
        for attachment in zones[network].map({ Array($0.attachments) }) ?? [] where !wanted.contains(attachment) {
            remove(attachment, on: network)
        }
        for record in records { add(record) }
    }

    package var networks: [NetworkName] { zones.keys.sorted() }

    package func settings(of network: NetworkName) -> ZoneSettings? { zones[network]?.settings }

    package func isEmpty(_ network: NetworkName) -> Bool { zones[network]?.isEmpty ?? true }

    subscript(network: NetworkName) -> Zone? { zones[network] }

    /// Every zone, in no order.
    var all: some Sequence<Zone> { zones.values }

    /// True when the resolver itself is asked at this address, so that nothing may be forwarded there.
    func isOwn(_ address: IPAddress) -> Bool { zones.values.contains { $0.settings.gateways.contains(address) } }

    /// Who asks from `address`; nil for a stranger.
    ///
    /// - Parameter network: Where the question came in. Its endpoints count first, should two networks share an address.
    func asker(_ address: IPAddress, on network: NetworkName) -> Asker? {
        if let zone = zones[network], let asker = asker(address, in: zone) { return asker }
        for zone in zones.values {
            if let asker = asker(address, in: zone) { return asker }
        }
        return nil
    }

    private func asker(_ address: IPAddress, in zone: Zone) -> Asker? {
        if let host = zone.hosts(at: address)?.first {
            // Somebody on a network is on one network at least.
            return Asker(networks: memberships[host.container] ?? .one(zone.network), isHost: false)
        }
        return zone.settings.gateways.contains(address) ? Asker(networks: .one(zone.network), isHost: true) : nil
    }
}

/// Somebody who may ask, and about which networks.
struct Asker: Equatable, Sendable {
    /// A network can be there twice, when a container has two interfaces on it.
    let networks: OneOrMore<NetworkName>
    /// The host, asking from its own address on the network. It is told owned names and nothing else, so that no question
    /// goes round in circles.
    let isHost: Bool
}
