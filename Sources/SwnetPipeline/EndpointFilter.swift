// SPDX-License-Identifier: Apache-2.0
package import NFTables
package import NetworkTypes
package import SwnetState

/// What the firewall has to know about an attachment, or as much of it as one CNI type of a chain knows.
package struct EndpointFilter: Hashable, Sendable {
    /// As whom the container's connections leave the host.
    package enum Egress: Hashable, Sendable {
        /// As itself, or as another filter says.
        case none
        /// With the address of the interface they leave by.
        case masquerade
        /// With the given address of their family; masqueraded in a family that has none here.
        case fixed([IPAddress])
    }

    /// Whom the container sees when the host, itself or a neighbour on its subnet connects to its published port.
    package enum Hairpin: Sendable {
        /// The client. Replies to clients that the container reaches without the host then go astray.
        case off
        /// The bridge, so that replies pass through the host.
        case masqueraded
    }

    package let addresses: [IPAddress]
    package let egress: Egress
    /// Each leads to the first address of every family that its host address allows.
    package let published: [PublishedPort]
    package let hairpin: Hairpin
    /// Whether the container sees the bridge instead of any client of a published port.
    package let masqueradesAll: Bool
    /// `network/container/interface`, kept with published ports so that a conflict can name the owner.
    package let owner: String?

    package init(
        addresses: [IPAddress], egress: Egress = .none, published: [PublishedPort] = [], hairpin: Hairpin = .off,
        masqueradesAll: Bool = false, owner: String? = nil
    ) {
        self.addresses = addresses
        self.egress = egress
        self.published = published
        self.hairpin = hairpin
        self.masqueradesAll = masqueradesAll
        self.owner = owner
    }
}

extension EndpointFilter {
    /// Adds what is not there yet. A published port that is there already, even this filter's own, is `EEXIST`.
    package func install() -> [Operation] { Firewall.ipv4.install(self) + Firewall.ipv6.install(self) }
}

extension AddressSets {
    fileprivate func install(_ endpoint: EndpointFilter) -> [Operation] {
        let addresses = endpoint.addresses.compactMap { Address($0) }
        guard let target = addresses.first else { return [] }
        let leaving = addresses.compactMap { leave(from: $0, endpoint.egress) }
        let publishing = endpoint.published.compactMap { publish($0, at: target, endpoint.owner) }
        guard !publishing.isEmpty else { return leaving }
        var clients: [Operation] = []
        if endpoint.hairpin == .masqueraded { clients.append(hairpin.add(target)) }
        if endpoint.masqueradesAll { clients.append(masqueradeAll.add(target)) }
        return leaving + publishing + clients
    }

    private func leave(from address: Address, _ egress: EndpointFilter.Egress) -> Operation? {
        switch egress {
        case .none: return nil
        case .masquerade: return masquerade.add(address)
        case .fixed(let sources):
            guard let source = sources.lazy.compactMap({ Address($0) }).first else { return masquerade.add(address) }
            return fixedSource.add(address, source)
        }
    }

    /// Nil when the host address is of the other family.
    private func publish(_ port: PublishedPort, at target: Address, _ owner: String?) -> Operation? {
        let destination = Concat(target, port.containerPort)
        let service = Concat(port.transport, port.hostPort)
        guard let hostAddress = port.hostAddress else {
            return published.create(service, destination, comment: owner)
        }
        guard !hostAddress.isUnspecified else {
            return hostAddress.family == Address.family
                ? published.create(service, destination, comment: owner) : nil
        }
        return Address(hostAddress).map { publishedAt.create(Concat($0, service), destination, comment: owner) }
    }
}
