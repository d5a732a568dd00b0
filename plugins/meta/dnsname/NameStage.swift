// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
package import SwnetPipeline
internal import SwnetState

/// Has the container found by its names, and lets it ask for those of others.
package struct NameStage: Stage {
    package static let section = EndpointRecord.namesSection

    /// Where containers ask.
    package enum Place: Sendable {
        /// At their gateways, which are, or are about to be, the host's.
        case gateways
        /// At what the stages before this one gave the host.
        case hostSide
    }

    package let configuration: NameConfiguration
    package let place: Place

    package init(_ configuration: NameConfiguration, askedAt place: Place) {
        self.configuration = configuration
        self.place = place
    }

    package func prepare(_ attachment: Attachment) throws(CNIError) {
        if attachment.record.addresses.isEmpty { attachment.record.addresses = attachment.sandboxAddresses() }
        let gateways = place == .gateways ? attachment.record.gateways : try ownGateways(of: attachment)
        guard !attachment.record.addresses.isEmpty, !gateways.isEmpty else {
            throw CNIError(
                .invalidConfiguration,
                "names on network \(attachment.network) need an address of the container and one of the host: chain "
                    + "dnsname behind a bridge with isGateway")
        }
        attachment.record.aliases = configuration.aliases
        attachment.record[stage: Self.section] = [:]
        attachment.plan(settings(gateways))
        tell(attachment, gateways)
    }

    private func settings(_ gateways: [IPAddress]) -> ResolverSettings {
        var settings = ResolverSettings()
        settings.domain = configuration.domain
        if let timeToLive = configuration.timeToLive { settings.timeToLive = timeToLive }
        settings.isInternal = configuration.isInternal
        settings.upstreams = configuration.upstreams
        settings.gateways = gateways
        return settings
    }

    /// The addresses of the host at which the container can ask: what the result calls gateways, if they are the host's
    /// own, and all of the bridge's if not.
    private func ownGateways(of attachment: Attachment) throws(CNIError) -> [IPAddress] {
        var own: [IPAddress] = []
        for gateway in attachment.record.gateways {
            let route = try asking { () throws(NetlinkError) in try attachment.host.route(to: gateway) }
            if route.type == .local { own.append(gateway) }
        }
        if !own.isEmpty { return own }
        guard let first = attachment.record.addresses.first,
            let name = try attachment.hostSide(of: first.address)
        else { return [] }
        let networks = attachment.record.addresses.map(\.network)
        let present: [IPAddress] = try asking { () throws(NetlinkError) in
            guard let link = try attachment.host.linkIfPresent(named: name) else { return [] }
            return try attachment.host.addresses(of: link.index).map(\.prefix.address)
        }
        return present.filter { address in networks.contains { $0.contains(address) } }
    }

    /// What the runtime writes into the container's resolv.conf.
    private func tell(_ attachment: Attachment, _ gateways: [IPAddress]) {
        let domain = configuration.domain ?? ResolverSettings.defaultDomain(of: attachment.network)
        let present = attachment.result.dns
        attachment.result.dns = CNIResult.DNS(
            nameservers: gateways.map(\.description) + present.nameservers, domain: domain,
            search: [domain] + (present.search + configuration.search).filter { $0 != domain },
            options: present.options + configuration.options)
    }

    package func add(to attachment: Attachment) throws(CNIError) {}

    package func confirm(_ attachment: Attachment) throws(CNIError) {
        try attachment.serveNames(for: Self.section)
    }

    /// Names go with the record; the redirect is the network's.
    package static func delete(from attachment: Attachment) throws(CNIError) {}

    package static func haveForgotten(_ attachment: Attachment) {
        do throws(SystemError) {
            try NameService(attachment.layout).forget(attachment.identity, on: attachment.network)
        } catch { attachment.warn("names of \(attachment.identity) may be answered for a while: \(error)") }
    }

    package func check(_ attachment: Attachment) throws(CNIError) {
        guard attachment.section(Self.section) != nil else {
            throw CNIError(.drifted, "no names of \(attachment.identity) are recorded: run DEL, then ADD")
        }
    }
}
