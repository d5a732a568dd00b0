// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
package import SwnetState

extension ZoneSettings {
    /// What a record says. Servers and domains that make no sense are passed over: they were refused when the network was
    /// configured, and a resolver that does not start helps nobody.
    package init(_ record: NetworkRecord, _ settings: ResolverSettings) {
        self.init(record.network, domain: settings.domain.flatMap { DomainName($0) })
        timeToLive = settings.timeToLive
        isInternal = settings.isInternal
        upstreams = settings.upstreams.compactMap { Upstream($0) }
        gateways = settings.gateways
        subnets = record.subnets
    }
}
