// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
package import NetworkTypes

/// Where a traced packet is to go: `DST[:PORT][/PROTOCOL]`, with an IPv6 address in brackets when a port follows.
package struct TraceTarget: Hashable, Sendable {
    package enum Transport: String, CaseIterable, Sendable {
        case tcp, udp, sctp, icmp
    }

    /// A name, an id or an address.
    package let place: String
    package let port: Port?
    package let transport: Transport

    /// Nil unless it has that form. Without a port it is an echo request, with one TCP unless another protocol is given.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first, let (place, port) = Self.split(address), !place.isEmpty else { return nil }
        let preset: Transport = port == nil ? .icmp : .tcp
        guard let transport = parts.count == 2 ? Transport(rawValue: String(parts[1])) : preset else { return nil }
        // An echo request has no port, and the others have one.
        guard (transport == .icmp) == (port == nil) else { return nil }
        self.place = place
        self.port = port
        self.transport = transport
    }

    private static func split(_ text: Substring) -> (String, Port?)? {
        if IPAddress(text) != nil { return (String(text), nil) }
        if text.first == "[", let end = text.lastIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            let place = String(text[..<end].dropFirst())
            if rest.isEmpty { return (place, nil) }
            guard rest.first == ":", let port = Int(rest.dropFirst()).flatMap(Port.init) else { return nil }
            return (place, port)
        }
        guard let colon = text.lastIndex(of: ":") else { return (String(text), nil) }
        guard let port = Int(text[text.index(after: colon)...]).flatMap(Port.init) else { return nil }
        return (String(text[..<colon]), port)
    }
}

extension TraceTarget: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension TraceTarget.Transport {
    /// The number in the IP header. Source: IANA protocol numbers.
    func number(_ family: IPFamily) -> UInt8 {
        switch self {
        case .tcp: 6
        case .udp: 17
        case .sctp: 132
        case .icmp: family == .ipv4 ? 1 : 58
        }
    }

    /// Nil for the one without ports.
    var withPorts: L4Protocol? { L4Protocol(rawValue: rawValue) }
}
