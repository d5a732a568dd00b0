// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// The networks of a host as they are drawn, whatever the drawing looks like.
package struct HostGraph: Hashable, Sendable {
    /// An interface that leads out of the host.
    package struct Uplink: Hashable, Sendable {
        package var name: String
        package var addresses: [IPPrefix]
        /// Where the default routes lead; empty when they need no gateway.
        package var gateways: [IPAddress]

        package init(name: String, addresses: [IPPrefix], gateways: [IPAddress]) {
            self.name = name
            self.addresses = addresses
            self.gateways = gateways
        }
    }

    package struct Bridge: Hashable, Sendable {
        package enum Condition: String, Hashable, Sendable {
            case up
            case down
            /// As it is while nothing is attached.
            case absent
        }

        package var name: String
        package var condition: Condition
        package var addresses: [IPPrefix] = []
        /// Bytes; nil while it is absent.
        package var mtu: UInt32?
        /// Ports of the bridge that belong to no endpoint on record.
        package var otherPorts: [String] = []

        package init(name: String, condition: Condition) {
            self.name = name
            self.condition = condition
        }
    }

    package struct Endpoint: Hashable, Sendable {
        package var name: String
        package var interface: String
        package var hostInterface: String?
        package var addresses: [IPAddress] = []
        package var ports: [PortRun] = []
        package var condition: EndpointView.Condition

        package init(name: String, interface: String, condition: EndpointView.Condition) {
            self.name = name
            self.interface = interface
            self.condition = condition
        }
    }

    package struct Network: Hashable, Sendable {
        package var name: String
        /// CNI types in the order of the chain; empty when the network has lost its configuration.
        package var types: [String]
        /// Made for other plugins than ours: shown, and otherwise left alone.
        package var isForeign = false
        package var traits = NetworkTraits()
        package var subnets: [IPPrefix] = []
        package var bridge: Bridge?
        package var endpoints: [Endpoint] = []

        package init(name: String, types: [String]) {
            self.name = name
            self.types = types
        }
    }

    package var host: String
    package var uplinks: [Uplink]
    package var networks: [Network]

    package init(host: String, uplinks: [Uplink] = [], networks: [Network] = []) {
        self.host = host
        self.uplinks = uplinks
        self.networks = networks
    }
}

extension HostGraph.Network {
    /// What is special about it, in a few words each.
    package var marks: [String] {
        var marks: [String] = []
        if isForeign { marks.append("foreign") }
        if types.isEmpty { marks.append("no configuration") }
        if traits.isInternal { marks.append("internal") }
        if traits.keepsContainersApart { marks.append("containers apart") }
        if let openness = traits.isolation { marks.append("isolation \(openness)") }
        return marks
    }

    package var kind: String { types.joined(separator: "+") }

    /// What stands for the network among its endpoints, a line each.
    var bridgeTexts: [String] {
        guard let bridge else { return ["no bridge"] + subnets.map(\.description) }
        return ["bridge \(bridge.name)", bridge.state] + bridge.addresses.map(\.description)
    }
}

extension HostGraph.Bridge {
    /// `up, MTU 1500`, or that it is not there.
    package var state: String { condition.rawValue + (mtu.map { ", MTU \($0)" } ?? "") }
}

extension HostGraph.Endpoint {
    /// The name, and what is wrong with it.
    package var title: String { [.up, .foreign].contains(condition) ? name : "\(name) (\(condition.rawValue))" }
}
