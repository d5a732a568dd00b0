// SPDX-License-Identifier: Apache-2.0
package import JSON
internal import NetworkTypes

extension HostGraph {
    /// Keys are interface of the program.
    package var json: JSON {
        [
            "host": .string(host), "uplinks": .array(uplinks.map(\.json)),
            "networks": .array(networks.map(\.json)),
        ]
    }
}

extension HostGraph.Uplink {
    fileprivate var json: JSON {
        ["name": .string(name), "addresses": .texts(addresses), "gateways": .texts(gateways)]
    }
}

extension HostGraph.Network {
    fileprivate var json: JSON {
        [
            "name": .string(name), "types": .texts(types), "foreign": .bool(isForeign),
            "internal": .bool(traits.isInternal), "interContainer": .bool(!traits.keepsContainersApart),
            "isolation": .string(traits.isolation ?? "strict"), "subnets": .texts(subnets),
            "bridge": bridge?.json ?? .null, "endpoints": .array(endpoints.map(\.json)),
        ]
    }
}

extension HostGraph.Bridge {
    fileprivate var json: JSON {
        [
            "name": .string(name), "state": .string(condition.rawValue), "addresses": .texts(addresses),
            "mtu": mtu.map { .number($0) } ?? .null, "otherPorts": .texts(otherPorts),
        ]
    }
}

extension HostGraph.Endpoint {
    fileprivate var json: JSON {
        [
            "name": .string(name), "interface": .string(interface),
            "hostInterface": hostInterface.map { .string($0) } ?? .null, "addresses": .texts(addresses),
            "ports": .array(ports.map { ["host": .string($0.host), "container": .string($0.container)] }),
            "condition": .string(condition.rawValue),
        ]
    }
}

extension JSON {
    /// An array of what the values are as text.
    fileprivate static func texts(_ values: [some CustomStringConvertible]) -> JSON {
        .array(values.map { .string($0.description) })
    }
}
