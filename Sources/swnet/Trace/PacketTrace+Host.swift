// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SystemPackage

/// What the IP layer of the host does with packets.
extension PacketTrace {
    /// A packet that an interface of the host took in.
    mutating func receive(on link: Link) throws {
        crossedHost = true
        packet.input = TracedPacket.Interface(link)
        packet.output = nil
        if packet.family == .ipv6, packet.destination.isLoopback {
            throw drop(host.name, "\(packet.destination) may not come in by \(link.name)")
        }
        try passHost(.prerouting)
        let route = try routeReceived(on: link)
        guard route.type != .local else {
            try passHost(.input)
            return try deliverToHost()
        }
        if packet.family == .ipv6, try host.setting(.forwarding(.ipv6)) == "0" {
            throw drop(host.name, "it does not forward IPv6: net.ipv6.conf.all.forwarding is 0")
        }
        guard route.type == .unicast, let out = host.link(route.interface) else {
            throw drop(host.name, "the route to \(packet.destination) is of type \(route.type)")
        }
        report.add(.passed, host.name, "routes it from \(link.name) to \(out.name)")
        packet.output = TracedPacket.Interface(out)
        try passHost(.forward)
        // What br_netfilter translated on its way over one bridge stays on that bridge.
        let isBridged = bridgesFilter && ingressPort != nil && out.index == link.index && packet.isDestinationTranslated
        if isBridged { packet.input = nil }
        try passHost(.postrouting)
        if isBridged, let ingressPort {
            let place = "bridge \(out.name)"
            let neighbour = try neighbour(at: route.gateway ?? packet.destination, on: out)
            try checkPorts(from: ingressPort, to: neighbour.port, place)
        }
        try leave(by: out, route)
    }

    private mutating func routeReceived(on link: Link) throws -> Route {
        do throws(NetlinkError) {
            return try host.kernel.route(to: packet.destination, from: packet.source, incoming: link.index)
        } catch {
            throw drop(host.name, try explain(error, link, host))
        }
    }

    /// Why a packet that came in is not routed, in words.
    private func explain(_ error: NetlinkError, _ link: Link, _ namespace: borrowing TraceNamespace) throws -> String {
        let family = packet.family
        switch error.errno {
        case .noRouteToHost where try namespace.setting(.interface(link.name, family, "forwarding")) == "0":
            let key = family == .ipv4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"
            return "it does not forward from \(link.name) (net.\(family.rawValue).conf.\(link.name).forwarding is 0): "
                + "set \(key) to 1"
        case .improperLink:
            return "\(packet.source) may not come in by \(link.name): the reverse-path filter (rp_filter) wants it by "
                + "the interface of its own route"
        case .invalidArgument:
            return
                "\(packet.source) to \(packet.destination) is impossible on \(link.name): loopback and own addresses "
                + "do not come from outside"
        case .networkUnreachable, .noRouteToHost: return "there is no route to \(packet.destination)"
        default: return "\(error)"
        }
    }

    /// Out by an interface: to a container behind a bridge, or out of the host.
    mutating func leave(by out: Link, _ route: Route) throws {
        let nextHop = route.gateway ?? packet.destination
        guard out.isUp else { throw drop(host.name, "\(out.name) is down") }
        if out.kind == .bridge, let neighbour = try knownNeighbour(at: nextHop, on: out) {
            report.add(.passed, "bridge \(out.name)", "port \(neighbour.port.name) leads to \(neighbour.view.title)")
            return try arrive(at: neighbour.view)
        }
        if let view = endpoints.first(where: { $0.has(nextHop) && $0.hostInterface == out.name }) {
            return try arrive(at: view)
        }
        let entry = try host.kernel.neighbors(on: out.index, nextHop.family).first { $0.address == nextHop }
        let isSilent =
            entry.map { $0.macAddress == nil || !$0.state.isDisjoint(with: [.failed, .incomplete]) } ?? false
        if isSilent || entry == nil && out.kind == .bridge {
            throw drop(host.name, "nothing on \(out.name) answers for \(nextHop)")
        }
        let gateway = route.gateway.map { " to gateway \($0)" } ?? ""
        report.add(.delivered, host.name, "leaves by \(out.name)\(gateway), as from \(packet.source)")
    }

    /// The host itself is the destination.
    mutating func deliverToHost() throws {
        if let transport = flow.target.transport.withPorts, let port = Port(Int(packet.destinationPort)),
            try !host.hasListener(transport, packet.destination, port)
        {
            report.add(.refused, host.name, "nothing listens on port \(port)/\(transport.rawValue)")
            return
        }
        report.add(.delivered, host.name, "\(packet.destination) is an address of the host")
    }
}
