// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
package import NetworkTypes
package import SwnetState

/// The names of all networks of the host, and who may see which.
package struct Zones: Sendable {
    /// By network the place in ``list``.
    private var numbers: [NetworkName: Int] = [:]
    private var list: [Zone] = []
    private(set) var endpoints = EndpointTable()
    /// Who is asked at an address of the host, and who has a domain: the first of several.
    private var gateways: [IPAddress: Int] = [:]
    private var domains: [DomainName: Int] = [:]

    package init() {}

    /// Makes the network known, or changes its settings.
    package mutating func set(_ settings: ZoneSettings, of network: NetworkName) {
        if let number = numbers[network] {
            if list[number].settings == settings { return }
            list[number].set(settings)
        } else {
            makeZone(network, settings)
        }
        indexSettings()
    }

    /// Forgets the network and its endpoints.
    package mutating func remove(_ network: NetworkName) {
        guard let number = numbers.removeValue(forKey: network) else { return }
        _ = endpoints.removeAll(of: number)
        list[number].vacate()
        indexSettings()
    }

    /// Serves an endpoint, in place of what was known of it. A network that is not known is made with its default
    /// settings. Whether one that is still attaching is served is up to the caller.
    package mutating func add(_ record: EndpointRecord) {
        let number = numbers[record.network] ?? addZone(record.network)
        let packed = PackedEndpoint(record)
        if let endpoint = endpoints.endpoint(packed, zone: number) {
            if endpoints.isSame(endpoint, as: packed) { return endpoints.unmark(endpoint) }
            endpoints.remove(endpoint)
            list[number].endpointsChanged(by: 0)
        } else {
            list[number].endpointsChanged(by: 1)
        }
        endpoints.insert(packed, zone: number)
    }

    /// Forgets an endpoint. Returns false when it was not known.
    @discardableResult
    package mutating func remove(_ attachment: AttachmentID, on network: NetworkName) -> Bool {
        guard let number = numbers[network],
            let endpoint = endpoints.endpoint(PackedEndpoint(attachment), zone: number)
        else { return false }
        endpoints.remove(endpoint)
        list[number].endpointsChanged(by: -1)
        return true
    }

    /// Makes the network hold exactly these endpoints; those that are there already are left alone when nothing changed.
    package mutating func replaceEndpoints(of network: NetworkName, with records: [EndpointRecord]) {
        beginListing(of: network)
        for record in records { add(record) }
        endListing(of: network)
    }

    /// Until ``endListing(of:)`` notes which endpoints of the network are added, so that records can be read and added one
    /// by one, and be forgotten again.
    package mutating func beginListing(of network: NetworkName) {
        if let number = numbers[network] { endpoints.mark(zone: number) }
    }

    /// Forgets the endpoints of the network that were not added since ``beginListing(of:)``.
    package mutating func endListing(of network: NetworkName) {
        guard let number = numbers[network] else { return }
        let count = endpoints.removeAll(of: number, onlyMarked: true)
        if count > 0 { list[number].endpointsChanged(by: -count) }
    }

    package var networks: [NetworkName] { numbers.keys.sorted() }

    package func settings(of network: NetworkName) -> ZoneSettings? { numbers[network].map { list[$0].settings } }

    /// How many endpoints the network has.
    package func count(of network: NetworkName) -> Int { numbers[network].map { list[$0].endpointCount } ?? 0 }

    package func isEmpty(_ network: NetworkName) -> Bool {
        numbers[network].map { list[$0].endpointCount == 0 } ?? true
    }

    private mutating func addZone(_ network: NetworkName) -> Int {
        let number = makeZone(network, ZoneSettings(network))
        indexSettings()
        return number
    }

    @discardableResult
    private mutating func makeZone(_ network: NetworkName, _ settings: ZoneSettings) -> Int {
        let zone = Zone(network, settings)
        let number = list.firstIndex { $0.network == nil } ?? list.count
        if number < list.count { list[number] = zone } else { list.append(zone) }
        numbers[network] = number
        return number
    }

    private mutating func indexSettings() {
        gateways = [:]
        domains = [:]
        for (number, zone) in list.enumerated() where zone.network != nil {
            for gateway in zone.settings.gateways where gateways[gateway] == nil { gateways[gateway] = number }
            if domains[zone.settings.domain] == nil { domains[zone.settings.domain] = number }
        }
    }
}

extension Zones {
    /// The zone with a number that ``Asker`` or ``EndpointTable`` told.
    subscript(number: Int) -> Zone {
        @inline(__always) _read { yield list[number] }
    }

    /// Every zone, in no order.
    var all: some Sequence<Zone> { list.lazy.filter { $0.network != nil } }

    /// The zone that has the domain itself.
    func zone(withDomain domain: DomainName) -> Zone? { domains[domain].map { list[$0] } }

    /// True when the resolver itself is asked at this address, so that nothing may be forwarded there.
    func isOwn(_ address: IPAddress) -> Bool { gateways[address] != nil }

    /// Who asks from `address`; nil for a stranger.
    ///
    /// - Parameter network: Where the question came in. Its endpoints count first, should two networks share an address.
    func asker(_ address: IPAddress, on network: NetworkName) -> Asker? {
        var networks: [Int] = []
        return findNetworks(of: address, on: network, into: &networks).map { Asker(networks: networks, isHost: $0) }
    }

    /// Finds which networks an asker sees.
    ///
    /// - Returns: Whether it is the host; nil for a stranger.
    @inline(__always)
    func findNetworks(of address: IPAddress, on network: NetworkName, into networks: inout [Int]) -> Bool? {
        let here = numbers[network]
        var holder: Int?
        endpoints.forEachHolder(of: address) { endpoint in
            // The newest one here: an old one may not have left yet.
            let isBetter = holder.map { endpoints.zone(of: $0) != here } ?? true
            if isBetter || endpoints.zone(of: endpoint) == here { holder = endpoint }
        }
        let isHere = holder.map { endpoints.zone(of: $0) == here } ?? false
        let isGateway = isHere ? false : here.map { list[$0].settings.gateways.contains(address) } ?? false
        if let holder, isHere || !isGateway {
            endpoints.forEachSibling(of: holder) { networks.append(endpoints.zone(of: $0)) }
            return false
        }
        guard let number = isGateway ? here : gateways[address] else { return nil }
        networks.append(number)
        return true
    }
}

/// Somebody who may ask, and about which networks.
struct Asker: Equatable, Sendable {
    /// A network can be there twice, when a container has two interfaces on it.
    let networks: [Int]
    /// The host, asking from its own address on the network. It is told owned names and nothing else, so that no question
    /// goes round in circles.
    let isHost: Bool
}
