// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NFTables
package import NetworkTypes

/// Leads a network's questions to the port at which its names are served, because another program has port 53.
package struct ResolverRedirect: Hashable, Sendable {
    /// Where questions go by themselves.
    package static let questionPort: UInt16 = 53

    /// The host's addresses on the network.
    package let gateways: [IPAddress]
    package let port: Port

    package init(_ gateways: [IPAddress], to port: Port) {
        self.gateways = gateways
        self.port = port
    }

    func install(on bridge: InterfaceName) -> [Operation] {
        [Firewall.redirected.add(bridge)]
            + gateways.flatMap { Firewall.ipv4.redirect($0, to: port) + Firewall.ipv6.redirect($0, to: port) }
    }

    func withdraw(from bridge: InterfaceName) -> [Operation] {
        [Firewall.redirected.delete(bridge)]
            + gateways.flatMap { Firewall.ipv4.endRedirect($0) + Firewall.ipv6.endRedirect($0) }
    }
}

extension ResolverRedirect {
    /// As the record of a network holds it.
    var json: JSONObject {
        ["gateways": .array(gateways.map { .string($0.description) }), "port": .number(port.rawValue)]
    }

    /// Nil when there is no port.
    init?(_ object: JSONObject) {
        guard let port = object["port"]?.intValue.flatMap({ Port($0) }) else { return nil }
        let gateways = (object["gateways"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap { IPAddress($0) } }
        self.init(gateways, to: port)
    }
}

extension AddressSets {
    /// Nothing when `gateway` is of the other family.
    fileprivate func redirect(_ gateway: IPAddress, to port: Port) -> [Operation] {
        questions(to: gateway).map { resolver.add($0, Concat($0.first, port)) }
    }

    fileprivate func endRedirect(_ gateway: IPAddress) -> [Operation] {
        questions(to: gateway).map { resolver.delete($0) }
    }

    private func questions(to gateway: IPAddress) -> [Concat<Address, Concat<L4Protocol, Port>>] {
        guard let address = Address(gateway), let port = Port(Int(ResolverRedirect.questionPort)) else { return [] }
        return [L4Protocol.udp, .tcp].map { Concat(address, Concat($0, port)) }
    }
}
