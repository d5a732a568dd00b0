// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes

/// Who is told what: `../design.md` section 7, as far as the networks of this host know it.
struct AnswerPolicy {
    private static let gateway = DomainName("gateway") ?? .root
    private static let mailbox = DomainName("hostmaster") ?? .root

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
        asker.networks.forEach { network in
            guard let settings = zones[network]?.settings else { return }
            timeToLive = min(timeToLive ?? settings.timeToLive, settings.timeToLive)
            guard !settings.isInternal else { return }
            isInternal = false
            for upstream in settings.upstreams where !upstreams.contains(upstream) { upstreams.append(upstream) }
        }
        guard isInternal else { return .forward(upstreams) }
        let authority = authority(.root, below: ZoneSettings.baseDomain, serial: 1, timeToLive: timeToLive ?? 5)
        return .reply(.negative(.nameError, authority, isAuthoritative: false))
    }
}

extension AnswerPolicy {
    /// The answer about a name that somebody on the asker's networks has.
    private func ownName(_ question: Question, _ asker: Asker) -> Reply? {
        var addresses: [IPAddress] = []
        var zone: Zone?
        asker.networks.forEach { network in
            guard let candidate = zones[network], collect(question.name, candidate, into: &addresses) else { return }
            if zone == nil { zone = candidate }
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
            return Reply(isAuthoritative: true, answers: [authority(zone)])
        default: break
        }
        guard !wanted.isEmpty else { return .negative(.noError, authority(zone)) }
        let start = rotation % wanted.count
        let answers = (wanted[start...] + wanted[..<start]).map {
            ResourceRecord(question.name, timeToLive: ttl, RecordData($0))
        }
        return Reply(isAuthoritative: true, answers: answers)
    }

    /// Adds the addresses of who has the name in one of its forms; false when the zone has no such name.
    private func collect(_ name: DomainName, _ zone: Zone, into addresses: inout [IPAddress]) -> Bool {
        var isThere = false
        func take(_ holders: OneOrMore<[IPAddress]>?) {
            guard let holders else { return }
            isThere = true
            holders.forEach { addresses += $0 }
        }
        take(zone.addresses(of: name))
        for domain in [zone.settings.domain, zone.networkDomain].compactMap({ $0 }) {
            guard let relative = name.relative(to: domain) else { continue }
            take(zone.addresses(of: relative))
            if !isThere, relative == Self.gateway, !zone.settings.gateways.isEmpty {
                take(.one(zone.settings.gateways))
            }
        }
        // The domain itself, and what is only above names. RFC 8020 section 2.
        if !isThere, let relative = name.relative(to: zone.settings.domain) {
            isThere = relative.isRoot || zone.isBranch(relative)
        }
        return isThere
    }

    /// Each once, in their order.
    private func unique(_ addresses: [IPAddress]) -> [IPAddress] {
        if addresses.count < 2 { return addresses }
        var seen: Set<IPAddress> = []
        return addresses.filter { seen.insert($0).inserted }
    }

    /// No such name, when it is in a domain of this host, whether the asker may see its names or not.
    private func ownDomain(_ name: DomainName, _ asker: Asker) -> Reply? {
        var closest: Zone?
        for zone in zones.all where name.isInside(zone.settings.domain) {
            if zone.settings.domain.wire.count > closest?.settings.domain.wire.count ?? 0 { closest = zone }
        }
        if let closest { return .negative(.nameError, authority(closest)) }
        let base = ZoneSettings.baseDomain
        guard name.isInside(base) else { return nil }
        return .negative(
            name == base ? .noError : .nameError, authority(base, below: base, serial: 1, timeToLive: 5))
    }
}

extension AnswerPolicy {
    /// The answer about a name that stands for an address of a network.
    private func reverse(_ question: Question, _ asker: Asker) -> Reply? {
        guard let address = ReverseName.address(question.name) else { return nil }
        var names: [DomainName] = []
        var zone: Zone?
        asker.networks.forEach { network in
            guard let candidate = zones[network], hasNames(of: address, candidate, into: &names) else { return }
            if zone == nil { zone = candidate }
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
    private func hasNames(of address: IPAddress, _ zone: Zone, into names: inout [DomainName]) -> Bool {
        let domain = zone.settings.domain
        func add(_ name: DomainName?) {
            guard let full = name?.inside(domain), !names.contains(full) else { return }
            names.append(full)
        }
        if let hosts = zone.hosts(at: address) {
            hosts.forEach { add($0.name) }
            return true
        }
        guard zone.settings.gateways.contains(address) else { return false }
        add(Self.gateway)
        return true
    }

    private func authority(_ zone: Zone) -> ResourceRecord {
        authority(
            zone.settings.domain, below: zone.settings.domain, serial: zone.serial,
            timeToLive: zone.settings.timeToLive)
    }

    private func reverseAuthority(_ zone: Zone, _ address: IPAddress) -> ResourceRecord {
        let subnet = zone.settings.subnets.first { $0.contains(address) } ?? IPPrefix(host: address)
        return authority(
            ReverseName.domain(of: address, length: subnet.length) ?? .root, below: zone.settings.domain,
            serial: zone.serial, timeToLive: zone.settings.timeToLive)
    }

    /// The record that lets a negative answer be remembered for as long as a positive one.
    private func authority(
        _ name: DomainName, below domain: DomainName, serial: UInt32, timeToLive: UInt32
    ) -> ResourceRecord {
        let soa = StartOfAuthority(
            primary: Self.gateway.inside(domain) ?? domain, mailbox: Self.mailbox.inside(domain) ?? domain,
            serial: serial, refresh: 3600, retry: 600, expire: 86400, minimum: timeToLive)
        return ResourceRecord(name, timeToLive: timeToLive, .soa(soa))
    }
}
