// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
package import NetworkTypes

/// What `--publish` says: `[HOSTIP:]HOSTPORT[-END]:PORT[-END][/PROTOCOL]`, with an IPv6 address in brackets.
package struct PortPublication: Hashable, Sendable {
    /// Nil for every address of the host.
    package let hostAddress: IPAddress?
    package let hostPorts: ClosedRange<Port>
    /// As many as ``hostPorts``.
    package let containerPorts: ClosedRange<Port>
    package let transport: L4Protocol

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let transport = parts.count == 2 ? L4Protocol(rawValue: String(parts[1])) : .tcp,
            let colon = parts[0].lastIndex(of: ":"),
            let containerPorts = Self.ports(parts[0][parts[0].index(after: colon)...])
        else { return nil }
        let host = parts[0][..<colon]
        // An IPv6 address has colons of its own, so the last one is what counts.
        let port = host.lastIndex(of: ":").map { host.index(after: $0) } ?? host.startIndex
        guard let hostPorts = Self.ports(host[port...]), Self.count(hostPorts) == Self.count(containerPorts) else {
            return nil
        }
        if port == host.startIndex {
            hostAddress = nil
        } else {
            guard let address = Self.address(host[..<host.index(before: port)]) else { return nil }
            hostAddress = address.isUnspecified ? nil : address
        }
        self.hostPorts = hostPorts
        self.containerPorts = containerPorts
        self.transport = transport
    }

    private static func address(_ text: Substring) -> IPAddress? {
        guard text.first == "[" else {
            guard let address = IPAddress(text), address.family == .ipv4 else { return nil }
            return address
        }
        guard text.last == "]", let address = IPAddress(text.dropFirst().dropLast()), address.family == .ipv6 else {
            return nil
        }
        return address
    }

    private static func ports(_ text: Substring) -> ClosedRange<Port>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0).flatMap(Port.init) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
            return nil
        }
        return first...last
    }

    private static func count(_ ports: ClosedRange<Port>) -> Int {
        Int(ports.upperBound.rawValue) - Int(ports.lowerBound.rawValue) + 1
    }

    /// One pair for each port.
    package var pairs: [(host: Port, container: Port)] {
        (0..<Self.count(hostPorts)).compactMap { offset in
            guard let host = Port(Int(hostPorts.lowerBound.rawValue) + offset),
                let container = Port(Int(containerPorts.lowerBound.rawValue) + offset)
            else { return nil }
            return (host, container)
        }
    }
}

extension PortPublication: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
