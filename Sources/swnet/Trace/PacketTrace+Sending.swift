// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SystemPackage

/// How packets begin.
extension PacketTrace {
    /// From a container, to the port of its bridge.
    mutating func leaveSandbox(_ views: [EndpointView]) throws {
        guard let first = views.first else { throw drop(flow.origin.name, "it has no endpoint") }
        var sandbox = try openSandbox(first)
        let place = sandbox.name
        let route = try lookUp(in: &sandbox, from: flow.source, place)
        if flow.source == nil { packet.source = route.source ?? packet.source }
        firstSource = packet.source
        guard let link = sandbox.link(route.interface) else { throw drop(place, "the route has no interface") }
        packet.output = TracedPacket.Interface(link)
        try take(sandbox.walk(packet, at: .output), at: .output, place)
        if route.type == .local {
            report.add(.passed, place, "\(packet.destination) is its own address")
            return try finishLocally(in: &sandbox, place)
        }
        try take(sandbox.walk(packet, at: .postrouting), at: .postrouting, place)
        (packet.isSourceTranslated, packet.isDestinationTranslated) = (false, false)
        let nextHop = route.gateway ?? packet.destination
        let way = route.gateway.map { "by gateway \($0)" } ?? "directly"
        report.add(.passed, place, "sends it \(way), on \(link.name), from \(packet.source)")
        guard link.isUp else { throw drop(place, "\(link.name) is down") }
        guard link.kind == .veth, let port = host.link(link.parent) else {
            report.add(
                .delivered, place,
                "leaves by \(link.name), which is no veth pair: the host's bridges and rules do not see it")
            return
        }
        try enterBridge(by: port, sender: link.macAddress, nextHop: nextHop, from: first)
    }

    /// Looks up the way to the destination in a namespace that sends.
    private mutating func lookUp(
        in namespace: inout TraceNamespace, from source: IPAddress?, _ place: String
    ) throws -> Route {
        do throws(NetlinkError) {
            return try namespace.kernel.route(to: packet.destination, from: source)
        } catch {
            throw drop(place, "there is no route to \(packet.destination): \(error.errno?.description ?? "\(error)")")
        }
    }

    private mutating func enterBridge(
        by port: Link, sender: MACAddress?, nextHop: IPAddress, from view: EndpointView
    ) throws {
        guard port.isUp else { throw drop(host.name, "\(port.name), the host end of \(view.title), is down") }
        guard let bridge = host.link(port.master), bridge.kind == .bridge else {
            // A routed pair: the host end itself is the way in.
            ingress = port
            return try receive(on: port)
        }
        let place = "bridge \(bridge.name)"
        guard bridge.isUp else { throw drop(place, "it is down") }
        let guarded = PortGuardSets(
            table: PortGuard.table, ports: PortGuard.guardedPorts, senders: PortGuard.senders)
        if let sender, try !host.lets(sender, through: port.name, guarded) {
            throw drop(place, "port \(port.name) may not send as \(sender) (macSpoofCheck)")
        }
        ingressPort = port
        if host.owns(nextHop) {
            report.add(.passed, place, "\(nextHop) is the host's own address: the host takes it")
            ingress = bridge
            return try receive(on: bridge)
        }
        let neighbour = try neighbour(at: nextHop, on: bridge)
        report.add(
            .passed, place, "forwards it from port \(port.name) to \(neighbour.port.name) of \(neighbour.view.title)")
        try checkPorts(from: port, to: neighbour.port, place)
        if bridgesFilter { try passBridgeFilter(bridge) }
        try arrive(at: neighbour.view)
    }

    /// With br_netfilter what a bridge forwards passes the rules of the host.
    private mutating func passBridgeFilter(_ bridge: Link) throws {
        report.add(.passed, "bridge \(bridge.name)", "hands it to the host's rules (bridge-nf-call-*tables is 1)")
        let interface = TracedPacket.Interface(bridge)
        (packet.input, packet.output) = (interface, nil)
        try passHost(.prerouting)
        packet.output = interface
        try passHost(.forward)
        packet.input = nil
        try passHost(.postrouting)
    }

    /// From a program of the host.
    mutating func leaveHost() throws {
        let route = try lookUpOnHost(from: flow.source)
        if flow.source == nil { packet.source = route.source ?? packet.source }
        firstSource = packet.source
        crossedHost = true
        guard let link = host.link(route.interface) else { throw drop(host.name, "the route has no interface") }
        report.add(.passed, host.name, "sends it by \(link.name), from \(packet.source)")
        packet.output = TracedPacket.Interface(link)
        try passHost(.output)
        var way = route
        if packet.isDestinationTranslated { way = try lookUpOnHost(from: packet.source) }
        guard let out = host.link(way.interface) else { throw drop(host.name, "the route has no interface") }
        packet.output = TracedPacket.Interface(out)
        try passHost(.postrouting)
        guard way.type != .local else {
            packet.isSettled = true
            (packet.input, packet.output) = (
                host.link(named: InterfaceName("lo")).map(TracedPacket.Interface.init), nil
            )
            try passHost(.prerouting)
            try passHost(.input)
            return try deliverToHost()
        }
        try leave(by: out, way)
    }

    private mutating func lookUpOnHost(from source: IPAddress?) throws -> Route {
        do throws(NetlinkError) {
            return try host.kernel.route(to: packet.destination, from: source)
        } catch {
            if let source, source.isLoopback, error.errno == .invalidArgument {
                throw drop(
                    host.name,
                    "a packet from \(source) may not leave the host: route_localnet is 0 on the interface to "
                        + "\(packet.destination)")
            }
            throw drop(
                host.name, "there is no route to \(packet.destination): \(error.errno?.description ?? "\(error)")")
        }
    }

    /// From a machine on the other side of an uplink.
    mutating func comeFromOutside() throws {
        do throws(NetlinkError) {
            let route = try host.kernel.route(to: packet.source)
            ingress = host.link(route.interface)
        } catch {
            throw drop(
                "outside", "the host has no route back to \(packet.source): \(error.errno?.description ?? "\(error)")")
        }
        guard let ingress else { throw drop("outside", "the host has no interface towards \(packet.source)") }
        report.add(.passed, "outside", "\(packet.source) sends it to the host, which takes it from \(ingress.name)")
        try receive(on: ingress)
    }
}
