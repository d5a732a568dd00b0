// SPDX-License-Identifier: Apache-2.0
import JSON
import NetworkTypes
import SwnetState
import swnet

/// Hosts to draw.
enum GraphSamples {
    /// Everything that drawings know.
    static var mixed: HostGraph {
        HostGraph(
            host: "demo",
            uplinks: [
                HostGraph.Uplink(
                    name: "eth0", addresses: prefixes("192.0.2.1/24", "2001:db8::1/64"),
                    gateways: addresses("192.0.2.254", "fe80::1"))
            ], networks: [front, backend, foreign, lost])
    }

    static var front: HostGraph.Network {
        var network = network("front", ["swnet"], bridge: "sw-front", "10.89.0.1/24", "fd12:3456:789a:1::1/64")
        var web = endpoint("web", "10.89.0.2", "fd12:3456:789a:1::2")
        web.hostInterface = "veth0123abcd"
        web.ports =
            [
                PublishedPort(hostPort: port(8080), containerPort: port(80)),
                PublishedPort(hostAddress: IPAddress("127.0.0.1"), hostPort: port(9000), containerPort: port(9000)),
            ].sorted { $0.hostPort < $1.hostPort }.runs
        var gone = endpoint("cccccccccccc", "10.89.0.3")
        gone.condition = .gone
        network.endpoints = [web, gone, endpoint("a-name-as-long-as-names-of-pods-get-in-practice-0", "10.89.0.4")]
        return network
    }

    static var backend: HostGraph.Network {
        var network = network("backend", ["swnet"], bridge: "sw-backend", "10.90.0.1/24")
        network.traits = NetworkTraits([
            "plugins": [["type": "swnet", "internal": true, "interContainer": false]]
        ])
        network.endpoints = [endpoint("<db> & \"co\"", "10.90.0.2")]
        return network
    }

    static var foreign: HostGraph.Network {
        var network = HostGraph.Network(name: "podman", types: ["bridge", "portmap", "firewall", "tuning"])
        network.isForeign = true
        network.bridge = HostGraph.Bridge(name: "cni-podman0", condition: .up)
        network.bridge?.addresses = prefixes("10.88.0.1/16")
        network.bridge?.mtu = 1500
        network.bridge?.otherPorts = ["veth1", "veth2"]
        return network
    }

    /// Without a configuration, and without a bridge.
    static var lost: HostGraph.Network {
        var network = HostGraph.Network(name: "lost", types: [])
        network.subnets = prefixes("10.91.0.0/24")
        return network
    }

    /// A network with `count` endpoints of two families, some with many ports.
    static func crowd(_ count: Int) -> HostGraph {
        var network = network("crowd", ["swnet"], bridge: "sw-crowd", "10.89.0.1/24", "fd12:3456:789a:1::1/64")
        network.endpoints = (0..<count).map { index in
            var one = endpoint("service-\(index)", "10.89.0.\(index + 2)", "fd12:3456:789a:1::\(index + 2)")
            one.hostInterface = "veth\(index)"
            if index % 3 == 0 {
                one.ports =
                    (0...(index % 4)).map { offset in
                        PublishedPort(hostPort: port(8000 + 10 * index + 2 * offset), containerPort: port(80 + offset))
                    }.runs
            }
            return one
        }
        var host = mixed
        host.networks = [network, backend, foreign]
        return host
    }

    private static func network(
        _ name: String, _ types: [String], bridge: String, _ own: String...
    ) -> HostGraph.Network {
        var network = HostGraph.Network(name: name, types: types)
        network.bridge = HostGraph.Bridge(name: bridge, condition: .up)
        network.bridge?.addresses = own.compactMap { IPPrefix($0) }
        network.bridge?.mtu = 1500
        network.subnets = own.compactMap { IPPrefix($0)?.network }
        return network
    }

    private static func endpoint(_ name: String, _ own: String...) -> HostGraph.Endpoint {
        var endpoint = HostGraph.Endpoint(name: name, interface: "eth0", condition: .up)
        endpoint.addresses = own.compactMap { IPAddress($0) }
        return endpoint
    }

    private static func prefixes(_ texts: String...) -> [IPPrefix] { texts.compactMap { IPPrefix($0) } }
    private static func addresses(_ texts: String...) -> [IPAddress] { texts.compactMap { IPAddress($0) } }
    private static func port(_ number: Int) -> Port { Port(number) ?? port(1) }
}

extension [PublishedPort] {
    fileprivate var runs: [PortRun] { PortRun.runs(of: self) }
}
