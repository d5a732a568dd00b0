// SPDX-License-Identifier: Apache-2.0
internal import DNSWire
internal import NetworkTypes
internal import SwnetState

/// The names and addresses on one network. Adding or removing an endpoint costs the same whatever else is there.
struct Zone: Sendable {
    /// Who has an address.
    struct Host: Equatable, Sendable {
        let container: ContainerID
        /// The name for the way back; nil when the endpoint has none that DNS can say.
        let name: DomainName?
    }

    private struct Endpoint: Equatable, Sendable {
        let names: [DomainName]
        let addresses: [IPAddress]
    }

    let network: NetworkName
    var settings: ZoneSettings
    /// Changes whenever an answer might.
    private(set) var serial: UInt32 = 1
    /// The network's name as a domain; nil when it is too long for one.
    let networkDomain: DomainName?
    private var endpoints: [AttachmentID: Endpoint] = [:]
    private var holders: [DomainName: OneOrMore<[IPAddress]>] = [:]
    private var hosts: [IPAddress: OneOrMore<Host>] = [:]
    /// What is above names of several labels, with how many of them.
    private var branches: [DomainName: Int] = [:]

    init(_ network: NetworkName, _ settings: ZoneSettings) {
        self.network = network
        self.settings = settings
        networkDomain = DomainName(plain: network.text)
    }

    var isEmpty: Bool { endpoints.isEmpty }

    /// Takes the place of what was known of the attachment.
    mutating func add(_ record: EndpointRecord) {
        let endpoint = Endpoint(names: Self.names(of: record), addresses: record.addresses.map(\.address))
        if endpoints[record.attachment] == endpoint { return }
        remove(record.attachment)
        for name in endpoint.names {
            holders.append(endpoint.addresses, at: name)
            forEachBranch(above: name) { branches[$0, default: 0] += 1 }
        }
        let host = Host(container: record.attachment.container, name: endpoint.names.first)
        for address in endpoint.addresses { hosts.append(host, at: address) }
        endpoints[record.attachment] = endpoint
        serial &+= 1
    }

    /// Returns false when the attachment was not known.
    @discardableResult
    mutating func remove(_ attachment: AttachmentID) -> Bool {
        guard let endpoint = endpoints.removeValue(forKey: attachment) else { return false }
        for name in endpoint.names {
            holders.remove(endpoint.addresses, at: name)
            forEachBranch(above: name) { branch in
                let count = (branches[branch] ?? 1) - 1
                branches[branch] = count > 0 ? count : nil
            }
        }
        let host = Host(container: attachment.container, name: endpoint.names.first)
        for address in endpoint.addresses { hosts.remove(host, at: address) }
        serial &+= 1
        return true
    }

    func contains(_ attachment: AttachmentID) -> Bool { endpoints[attachment] != nil }

    var attachments: some Sequence<AttachmentID> { endpoints.keys }

    /// The addresses of everybody who has the name, which is relative to the zone.
    func addresses(of name: DomainName) -> OneOrMore<[IPAddress]>? { holders[name] }

    /// True when somebody's name is below this one. RFC 8020 section 2.
    func isBranch(_ name: DomainName) -> Bool { branches[name] != nil }

    func hosts(at address: IPAddress) -> OneOrMore<Host>? { hosts[address] }

    /// The container's name, its aliases and the beginning of its id, each once; what is no name is left out.
    static func names(of record: EndpointRecord) -> [DomainName] {
        var names: [DomainName] = []
        let texts = [record.name].compactMap { $0 } + record.aliases
        for text in texts + [String(record.attachment.container.text.prefix(12))] {
            if let name = DomainName(plain: text), !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func forEachBranch(above name: DomainName, _ body: (DomainName) -> Void) {
        var branch = name.parent
        while let current = branch, !current.isRoot {
            body(current)
            branch = current.parent
        }
    }
}
