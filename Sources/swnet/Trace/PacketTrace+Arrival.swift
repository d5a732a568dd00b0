// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SystemPackage

/// The end of the way, and the way back.
extension PacketTrace {
    func openSandbox(_ view: EndpointView) throws -> TraceNamespace {
        try TraceNamespace(
            NetworkNamespace(path: FilePath(view.sandbox)), named: "sandbox \(view.title)")
    }

    /// The container that has the destination.
    mutating func arrive(at view: EndpointView) throws {
        var sandbox = try openSandbox(view)
        let place = sandbox.name
        guard let link = sandbox.link(named: view.attachment.interface) else {
            throw drop(place, "it has no interface \(view.attachment.interface) any more")
        }
        guard link.isUp else { throw drop(place, "\(link.name) is down") }
        guard sandbox.owns(packet.destination) else {
            throw drop(place, "it does not have \(packet.destination) any more")
        }
        let arrived = packet
        packet.input = TracedPacket.Interface(link)
        packet.output = nil
        (packet.isSourceTranslated, packet.isDestinationTranslated) = (false, false)
        try take(sandbox.walk(packet, at: .prerouting), at: .prerouting, place)
        do throws(NetlinkError) {
            _ = try sandbox.kernel.route(to: packet.destination, from: packet.source, incoming: link.index)
        } catch {
            throw drop(
                place, "does not take \(packet.source) from \(link.name): \(error.errno?.description ?? "\(error)")")
        }
        try take(sandbox.walk(packet, at: .input), at: .input, place)
        let final = packet
        packet = arrived
        try answer(from: &sandbox, final, view)
        try finish(in: sandbox, final, place)
    }

    /// A packet of a container to itself.
    mutating func finishLocally(in sandbox: inout TraceNamespace, _ place: String) throws {
        packet.isSettled = true
        packet.input = sandbox.link(named: InterfaceName("lo")).map(TracedPacket.Interface.init)
        packet.output = nil
        try take(sandbox.walk(packet, at: .input), at: .input, place)
        try finish(in: sandbox, packet, place)
    }

    private mutating func finish(
        in sandbox: borrowing TraceNamespace, _ final: TracedPacket, _ place: String
    ) throws {
        if let transport = flow.target.transport.withPorts, let port = Port(Int(final.destinationPort)),
            try !sandbox.hasListener(transport, final.destination, port)
        {
            report.add(.refused, place, "nothing listens on port \(port)/\(transport.rawValue)")
            return
        }
        let port = final.destinationPort == 0 ? "" : " port \(final.destinationPort)"
        report.add(.delivered, place, "\(final.destination)\(port) gets it from \(final.source)")
    }

    /// Whether an answer would come back: without one there is no connection either.
    private mutating func answer(
        from sandbox: inout TraceNamespace, _ final: TracedPacket, _ view: EndpointView
    ) throws {
        let route: Route
        do throws(NetlinkError) {
            route = try sandbox.kernel.route(to: final.source, from: final.destination)
        } catch {
            throw drop(sandbox.name, "its answer finds no way: there is no route to \(final.source)")
        }
        let nextHop = route.gateway ?? final.source
        guard let port = host.link(named: view.hostInterface), let bridge = host.link(port.master) else { return }
        let isTranslated = packet.isSourceTranslated || packet.isDestinationTranslated
        if !host.owns(nextHop) {
            guard isTranslated, !bridgesFilter else { return }
            throw drop(
                sandbox.name,
                "its answer would go to \(nextHop) directly, past the host, which has to undo the translation")
        }
        guard crossedHost else { return }
        try answerThroughHost(by: bridge, final)
    }

    private mutating func answerThroughHost(by bridge: Link, _ final: TracedPacket) throws {
        let link = bridge.kind == .bridge ? bridge : (ingress ?? bridge)
        if firstSource.family == .ipv6, firstSource.isLoopback, bridgesFilter {
            throw drop(
                host.name,
                "the answer to \(firstSource) is taken for forged, because bridges hand IPv6 to the rules here: set "
                    + "net.bridge.bridge-nf-call-ip6tables to 0")
        }
        var answer = TracedPacket(
            from: final.destination, to: firstSource, protocolNumber: packet.protocolNumber,
            sourcePort: packet.destinationPort, destinationPort: packet.sourcePort)
        answer.state = .established
        answer.isSourceTranslated = packet.isSourceTranslated
        answer.isDestinationTranslated = packet.isDestinationTranslated
        answer.input = TracedPacket.Interface(link)
        let way: Route
        do throws(NetlinkError) {
            way = try host.kernel.route(to: firstSource, from: final.destination, incoming: link.index)
        } catch {
            throw drop(
                host.name, "the answer to \(firstSource) is not routed: \(error.errno?.description ?? "\(error)")")
        }
        let isLocal = way.type == .local
        if firstSource.isLoopback, !isLocal {
            throw drop(host.name, "the answer to \(firstSource) finds no local route by \(link.name)")
        }
        answer.output = isLocal ? nil : host.link(way.interface).map(TracedPacket.Interface.init)
        let hook: Hook = isLocal ? .input : .forward
        let walk = host.walk(answer, at: hook)
        guard walk.isDropped else { return }
        report.add(.passed, host.name, "the answer, \(answer.source) to \(answer.destination):")
        try take(walk, at: hook, host.name)
    }
}
