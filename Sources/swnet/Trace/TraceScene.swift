// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// Who a packet comes from.
enum TraceOrigin {
    /// The endpoints of one container.
    case sandbox([EndpointView])
    case host
    /// A machine that this host reaches by its routes.
    case outside

    var name: String {
        switch self {
        case .sandbox(let views): "sandbox \(views.first?.title ?? "")"
        case .host: "host"
        case .outside: "outside"
        }
    }
}

/// A packet to be traced: from whom, from and to which address.
struct TraceFlow {
    let origin: TraceOrigin
    /// Nil for the one that goes with the route.
    let source: IPAddress?
    let destination: IPAddress
    let target: TraceTarget

    var question: String {
        let port = target.port.map { " port \($0)" } ?? ""
        let sender = source.map { "\(origin.name) (\($0))" } ?? origin.name
        return "\(sender) to \(destination)\(port), \(target.transport.rawValue)"
    }
}

/// Finds out what the words of a question mean.
struct TraceScene {
    let endpoints: [EndpointView]
    let hostAddresses: [IPAddress]

    /// - Parameter family: Nil for the first that both have.
    func flow(from source: String, to target: TraceTarget, _ family: IPFamily?) throws -> TraceFlow {
        let (origin, sources) = try origin(source)
        let destinations = try destinations(target.place, origin, sources).filter {
            family == nil || $0.family == family
        }
        let fitting = destinations.first { address in
            sources.isEmpty || sources.contains { $0.family == address.family }
        }
        guard let destination = fitting else {
            throw Failure("\(source) and \(target.place) have no address of the same family: see 'swnet ps'")
        }
        // A container is asked which of its addresses it would take; a literal address is that one.
        let literal = IPAddress(source)
        if let literal, literal.family != destination.family {
            throw Failure("\(literal) and \(destination) are of different families")
        }
        return TraceFlow(origin: origin, source: literal, destination: destination, target: target)
    }

    private func origin(_ text: String) throws -> (TraceOrigin, [IPAddress]) {
        if text == "host" { return (.host, []) }
        if let address = IPAddress(text) {
            if let view = endpoints.first(where: { $0.has(address) }) {
                return (.sandbox(endpoints.filter { $0.attachment.container == view.attachment.container }), [address])
            }
            return hostAddresses.contains(address) || address.isLoopback ? (.host, [address]) : (.outside, [address])
        }
        let views = try views(named: text)
        return (.sandbox(views), views.flatMap(\.addresses).map(\.address))
    }

    private func destinations(_ text: String, _ origin: TraceOrigin, _ sources: [IPAddress]) throws -> [IPAddress] {
        if let address = IPAddress(text) { return [address] }
        if text == "host" { return hostAddresses(seenFrom: origin) }
        let views = try views(named: text)
        // The network that both are on, if there is one.
        guard case .sandbox(let own) = origin else { return views.flatMap(\.addresses).map(\.address) }
        let shared = Set(own.map(\.network))
        let near = views.filter { shared.contains($0.network) }
        return (near.isEmpty ? views : near).flatMap(\.addresses).map(\.address)
    }

    private func hostAddresses(seenFrom origin: TraceOrigin) -> [IPAddress] {
        switch origin {
        case .host: [IPAddress("127.0.0.1"), IPAddress("::1")].compactMap(\.self)
        case .outside: hostAddresses
        case .sandbox(let views):
            // What is on a subnet of the container is its gateway.
            hostAddresses.filter { address in views.contains { $0.addresses.contains { $0.contains(address) } } }
                + hostAddresses
        }
    }

    private func views(named text: String) throws -> [EndpointView] {
        let live = endpoints.filter { $0.condition != .gone }
        let exact = live.filter { $0.name == text || $0.attachment.container.text == text }
        let found = exact.isEmpty ? live.filter { $0.attachment.container.text.hasPrefix(text) } : exact
        guard let first = found.first, !text.isEmpty else {
            throw Failure("\(text) is neither an address, nor 'host', nor attached to a network: see 'swnet ps'")
        }
        return found.filter { $0.attachment.container == first.attachment.container }
    }
}

extension EndpointView {
    func has(_ address: IPAddress) -> Bool { condition != .gone && addresses.contains { $0.address == address } }
}
