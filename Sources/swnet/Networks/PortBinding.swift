// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
package import JSON
package import NetworkTypes
package import SwnetState

/// A port inside a container: `80` or `53/udp`.
package struct ContainerPort: Hashable, Sendable {
    package let port: Port
    package let transport: L4Protocol

    package init(_ port: Port, _ transport: L4Protocol) {
        self.port = port
        self.transport = transport
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let port = Int(parts[0]).flatMap(Port.init),
            let transport = parts.count == 2 ? L4Protocol(rawValue: String(parts[1])) : .tcp
        else { return nil }
        self.init(port, transport)
    }
}

extension ContainerPort: CustomStringConvertible {
    package var description: String { "\(port)/\(transport.rawValue)" }
}

extension ContainerPort: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

/// A port of a container and one place of the host where it is reached.
package struct PortBinding: Hashable, Sendable {
    package let container: ContainerPort
    /// Unspecified for every address of its family.
    package let hostAddress: IPAddress
    package let hostPort: Port

    /// Where `published` is reached, by the families of the container's addresses.
    package static func all(of published: PublishedPort, _ addresses: [IPPrefix]) -> [PortBinding] {
        let container = ContainerPort(published.containerPort, published.transport)
        let everywhere = IPFamily.allCases.filter { family in addresses.contains { $0.family == family } }
            .compactMap { IPAddress($0 == .ipv4 ? "0.0.0.0" : "::") }
        return (published.hostAddress.map { [$0] } ?? everywhere).map {
            PortBinding(container: container, hostAddress: $0, hostPort: published.hostPort)
        }
    }

    /// `0.0.0.0:8080`, `[::]:8080`.
    package var place: String {
        hostAddress.family == .ipv6 ? "[\(hostAddress)]:\(hostPort)" : "\(hostAddress):\(hostPort)"
    }

    /// How the list shows it. Keys are interface of the program.
    package var json: JSON {
        [
            "containerPort": .number(container.port.rawValue), "protocol": .string(container.transport.rawValue),
            "hostAddress": .string(hostAddress.description), "hostPort": .number(hostPort.rawValue),
        ]
    }
}

extension PortBinding: CustomStringConvertible {
    /// `80/tcp -> 0.0.0.0:8080`.
    package var description: String { "\(container) -> \(place)" }
}

extension PortBinding: Comparable {
    /// By port of the container, then of the host; IPv4 first.
    package static func < (left: Self, right: Self) -> Bool { left.rank.lexicographicallyPrecedes(right.rank) }

    private var rank: [String] {
        [container.port, hostPort].map { String(100_000 + Int($0.rawValue)) }
            + [container.transport.rawValue, hostAddress.family == .ipv4 ? "4" : "6", hostAddress.description]
    }
}

extension EndpointView {
    package var portBindings: [PortBinding] { ports.flatMap { PortBinding.all(of: $0, addresses) } }
}
