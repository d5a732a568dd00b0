// SPDX-License-Identifier: Apache-2.0
internal import NFTables
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState

/// A kind of connection that a network cannot do without.
struct Flow {
    let network: NetworkName
    let hook: Hook
    let packet: Packet
    /// What it is, in the words of a sentence.
    let purpose: String

    /// Addresses of documentation, which stand for all of the world. RFC 5737, RFC 9637.
    private static let elsewhere = [IPFamily.ipv4: "203.0.113.1", .ipv6: "3fff::1"].compactMapValues { IPAddress($0) }

    static func needed(by network: NetworkFacts, _ facts: HostFacts) -> [Flow] {
        network.families.flatMap { family -> [Flow] in
            guard let endpoint = network.living.first(where: { $0.address(family) != nil }),
                let address = endpoint.address(family), let bridge = facts.link(named: endpoint.record.bridge)
            else { return [] }
            let end = Packet.Interface(bridge.name, bridge.index)
            return beyond(network, address, end, facts) + among(network, address, end, facts)
                + questions(network, address, end)
        }
    }

    /// Out of this host, and in to published ports.
    private static func beyond(
        _ network: NetworkFacts, _ address: IPAddress, _ bridge: Packet.Interface, _ facts: HostFacts
    ) -> [Flow] {
        guard !network.isInternal, let uplink = facts.uplink(address.family), let world = elsewhere[address.family],
            let https = Port(443)
        else { return [] }
        let out = Packet.Interface(uplink.name, uplink.index)
        var flows = [
            Flow(
                network: network.name, hook: .forward,
                packet: Packet(from: address, to: world, .tcp, https, input: bridge, output: out),
                purpose: "what containers of \(network.name) send out of this host")
        ]
        let published = network.living.lazy.compactMap { $0.publication(address.family) }.first
        if let (port, target) = published {
            var packet = Packet(
                from: world, to: target, port.transport, port.containerPort, input: out, output: bridge)
            packet.isTranslated = true
            flows.append(
                Flow(
                    network: network.name, hook: .forward, packet: packet,
                    purpose: "connections to published ports of \(network.name)"))
        }
        return flows
    }

    /// What a bridge forwards by itself is seen by firewalls only when it is handed to them.
    private static func among(
        _ network: NetworkFacts, _ address: IPAddress, _ bridge: Packet.Interface, _ facts: HostFacts
    ) -> [Flow] {
        let key = "net/bridge/bridge-nf-call-\(address.family == .ipv4 ? "iptables" : "ip6tables")"
        let mayTalk = network.filters.allSatisfy { $0.interContainer == .open }
        guard facts.settings[key] == "1", mayTalk, let peer = address.advanced(), let http = Port(80) else { return [] }
        return [
            Flow(
                network: network.name, hook: .forward,
                packet: Packet(from: address, to: peer, .tcp, http, input: bridge, output: bridge),
                purpose: "what containers of \(network.name) send each other")
        ]
    }

    /// To the resolver, which listens on the bridge.
    private static func questions(
        _ network: NetworkFacts, _ address: IPAddress, _ bridge: Packet.Interface
    ) -> [Flow] {
        guard network.hasNames, let settings = network.record?.resolver,
            let gateway = settings.gateways.first(where: { $0.family == address.family }),
            let port = settings.port ?? Port(Int(ResolverRedirect.questionPort))
        else { return [] }
        return [L4Protocol.udp, .tcp].map { transport in
            var packet = Packet(from: address, to: gateway, transport, port, input: bridge)
            packet.isTranslated = settings.port != nil
            return Flow(
                network: network.name, hook: .input, packet: packet,
                purpose: "questions about names from \(network.name)")
        }
    }
}

extension EndpointFacts {
    /// A port that others than this host reach, and where it leads.
    fileprivate func publication(_ family: IPFamily) -> (PublishedPort, IPAddress)? {
        guard let address = address(family) else { return nil }
        let port = record.ports.first { port in
            port.hostAddress.map { $0.family == family && !$0.isLoopback } ?? true
        }
        return port.map { ($0, address) }
    }
}
