// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes

/// What answers about the names on one network have in common. The names are in ``EndpointTable``.
struct Zone: Sendable {
    private static let mailbox = DomainName("hostmaster") ?? .root
    /// How the host itself is called.
    static let gateway = DomainName("gateway") ?? .root

    /// Nil when there is no such network any more, and another may have its place.
    private(set) var network: NetworkName?
    private(set) var settings: ZoneSettings
    /// The network's name as a domain; nil when it is too long for one.
    let networkDomain: DomainName?
    /// The domain's host that the records are from, and who answers for them.
    private(set) var primary: DomainName
    private(set) var responsible: DomainName
    /// Changes whenever an answer might.
    private(set) var serial: UInt32 = 1
    private(set) var endpointCount = 0

    init(_ network: NetworkName, _ settings: ZoneSettings) {
        self.network = network
        self.settings = settings
        networkDomain = DomainName(plain: network.text)
        (primary, responsible) = Self.names(in: settings.domain)
    }

    mutating func set(_ settings: ZoneSettings) {
        self.settings = settings
        (primary, responsible) = Self.names(in: settings.domain)
    }

    /// Takes that there are so many endpoints more, or that one is another.
    mutating func endpointsChanged(by change: Int) {
        endpointCount += change
        serial &+= 1
    }

    /// Takes that the network is gone.
    mutating func vacate() {
        network = nil
        endpointCount = 0
    }

    static func names(in domain: DomainName) -> (primary: DomainName, responsible: DomainName) {
        (gateway.inside(domain) ?? domain, mailbox.inside(domain) ?? domain)
    }
}

extension Zone {
    /// The record that says where the zone begins.
    var authority: ResourceRecord { authority(of: settings.domain) }

    /// The same for a domain of addresses.
    func authority(of domain: DomainName) -> ResourceRecord {
        .authority(domain, (primary, responsible), serial: serial, timeToLive: settings.timeToLive)
    }
}

extension ResourceRecord {
    /// The record that lets a negative answer be remembered for as long as a positive one.
    static func authority(
        _ name: DomainName, _ names: (primary: DomainName, responsible: DomainName), serial: UInt32, timeToLive: UInt32
    ) -> ResourceRecord {
        // Nobody copies the zone, so the three times mean nothing.
        let soa = StartOfAuthority(
            primary: names.primary, mailbox: names.responsible, serial: serial, refresh: 3600, retry: 600,
            expire: 86400, minimum: timeToLive)
        return ResourceRecord(name, timeToLive: timeToLive, .soa(soa))
    }
}
