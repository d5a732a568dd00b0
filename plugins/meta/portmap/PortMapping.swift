// SPDX-License-Identifier: Apache-2.0
internal import CNI
package import JSON
internal import NetworkTypes
package import SwnetState

/// Reading of the capability `portMappings`.
package enum PortMapping {
    /// The ports to publish, each once. go-cni sends upper-case keys and empty host addresses.
    package static func read(_ runtimeConfiguration: ObjectReader) throws(JSONError) -> [PublishedPort] {
        var ports: [PublishedPort] = []
        for element in try runtimeConfiguration.array("portMappings") ?? [] {
            let port = try published(element.object())
            if !ports.contains(port) { ports.append(port) }
        }
        return ports
    }

    private static func published(_ entry: ObjectReader) throws(JSONError) -> PublishedPort {
        guard let hostPort = try entry.port("hostPort") else { throw entry.invalid("hostPort", "is missing") }
        guard let containerPort = try entry.port("containerPort") else {
            throw entry.invalid("containerPort", "is missing")
        }
        let transport = try entry.parse("protocol", as: "\"tcp\", \"udp\" or \"sctp\"") {
            L4Protocol(rawValue: $0.lowercased())
        }
        return PublishedPort(
            hostAddress: try entry.address("hostIP"), hostPort: hostPort, containerPort: containerPort,
            transport: transport ?? .tcp)
    }
}
