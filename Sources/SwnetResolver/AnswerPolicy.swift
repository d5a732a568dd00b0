// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes

/// Who is told what: `../design.md` section 7, as far as the networks of this host know it.
struct AnswerPolicy {
    let zones: Zones
    /// Which of several addresses comes first.
    let rotation: Int

    func decide(_ question: Question, _ asker: Asker) -> Decision {
        guard question.recordClass == .internet, question.type != .axfr, question.type != .ixfr else {
            return .reply(.refused)
        }
        if let reply = ownName(question, asker) ?? reverse(question, asker) ?? ownDomain(question.name, asker) {
            return .reply(reply)
        }
        if asker.isHost { return .reply(.refused) }
        return forwarding(asker)
    }

    /// Outside: to the resolvers of all networks of the asker, to the host's if none has any, nowhere when all are internal.
    private func forwarding(_ asker: Asker) -> Decision {
        var upstreams: [Upstream] = []
        var timeToLive: UInt32?
        var isInternal = true
        for network in asker.networks {
            let settings = zones[network].settings
            timeToLive = min(timeToLive ?? settings.timeToLive, settings.timeToLive)
            guard !settings.isInternal else { continue }
            isInternal = false
            for upstream in settings.upstreams where !upstreams.contains(upstream) { upstreams.append(upstream) }
        }
        guard isInternal else { return .forward(upstreams) }
        let authority = baseAuthority(.root, timeToLive: timeToLive ?? 5)
        return .reply(.negative(.nameError, authority, isAuthoritative: false))
    }
}

extension AnswerPolicy {
    /// The answer about a name that somebody on the asker's networks has.
    private func ownName(_ question: Question, _ asker: Asker) -> Reply? {
        var addresses: [IPAddress] = []
        var zone: Zone?
        let wire = question.name.wire
        for network in asker.networks
        where zones.collect(wire, 0..<wire.count - 1, in: network, into: &addresses) && zone == nil {
            zone = zones[network]
        }
        guard let zone else { return nil }
        addresses = unique(addresses)
        let ttl = zone.settings.timeToLive
        var wanted: [IPAddress] = []
        switch question.type {
        case .a: wanted = addresses.filter { $0.family == .ipv4 }
        case .aaaa: wanted = addresses.filter { $0.family == .ipv6 }
        case .any:
            // One set of records will do for who wants any. RFC 8482 section 4.1.
            let family = addresses.first?.family
            wanted = addresses.filter { $0.family == family }
        case .soa where question.name == zone.settings.domain:
            return Reply(isAuthoritative: true, answers: [zone.authority])
        default: break
        }
        guard !wanted.isEmpty else { return .negative(.noError, zone.authority) }
        let start = rotation % wanted.count
        let answers = (wanted[start...] + wanted[..<start]).map {
            ResourceRecord(question.name, timeToLive: ttl, RecordData($0))
        }
        return Reply(isAuthoritative: true, answers: answers)
    }

    /// Each once, in their order.
    private func unique(_ addresses: [IPAddress]) -> [IPAddress] {
        if addresses.count < 2 { return addresses }
        var seen: Set<IPAddress> = []
        return addresses.filter { seen.insert($0).inserted }
    }

    /// No such name, when it is in a domain of this host, whether the asker may see its names or not.
    private func ownDomain(_ name: DomainName, _ asker: Asker) -> Reply? {
        var domain: DomainName? = name
        while let candidate = domain {
            if let closest = zones.zone(withDomain: candidate) { return .negative(.nameError, closest.authority) }
            domain = candidate.parent
        }
        let base = ZoneSettings.baseDomain
        guard name.isInside(base) else { return nil }
        return .negative(
            name == base ? .noError : .nameError, baseAuthority(base, timeToLive: 5))
    }
}

extension AnswerPolicy {
    /// The answer about a name that stands for an address of a network.
    private func reverse(_ question: Question, _ asker: Asker) -> Reply? {
        guard let address = ReverseName.address(question.name) else { return nil }
        var names: [DomainName] = []
        var zone: Zone?
        for network in asker.networks where hasNames(of: address, network, into: &names) && zone == nil {
            zone = zones[network]
        }
        let owner = zone ?? zones.all.first { $0.settings.subnets.contains { $0.contains(address) } }
        guard let owner else { return nil }
        guard zone != nil, !names.isEmpty, question.type == .ptr || question.type == .any else {
            return .negative(zone == nil ? .nameError : .noError, reverseAuthority(owner, address))
        }
        let ttl = owner.settings.timeToLive
        let answers = names.map { ResourceRecord(question.name, timeToLive: ttl, .ptr($0)) }
        return Reply(isAuthoritative: true, answers: answers)
    }

    /// Adds the full names of who has the address; false when nobody on the network has it.
    private func hasNames(of address: IPAddress, _ network: Int, into names: inout [DomainName]) -> Bool {
        let settings = zones[network].settings
        func add(_ name: DomainName?) {
            guard let full = name?.inside(settings.domain), !names.contains(full) else { return }
            names.append(full)
        }
        var isThere = false
        zones.endpoints.forEachHolder(of: address) { endpoint in
            guard zones.endpoints.zone(of: endpoint) == network else { return }
            isThere = true
            add(zones.endpoints.firstName(of: endpoint))
        }
        if isThere { return true }
        guard settings.gateways.contains(address) else { return false }
        add(Zone.gateway)
        return true
    }

    private func reverseAuthority(_ zone: Zone, _ address: IPAddress) -> ResourceRecord {
        let subnet = zone.settings.subnets.first { $0.contains(address) } ?? IPPrefix(host: address)
        return zone.authority(of: DomainName.reverseDomain(of: address, length: subnet.length) ?? .root)
    }

    /// Of the domain above all networks' domains, or of everything.
    private func baseAuthority(_ name: DomainName, timeToLive: UInt32) -> ResourceRecord {
        .authority(name, Zone.names(in: ZoneSettings.baseDomain), serial: 1, timeToLive: timeToLive)
    }
}
