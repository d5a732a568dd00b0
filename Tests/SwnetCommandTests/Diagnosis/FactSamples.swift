// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState
internal import Testing
internal import swnet

/// A host with two networks in use and nothing wrong with it.
struct FactSamples {
    let mynet: NetworkName
    let other: NetworkName
    let web: AttachmentID
    let uplink: InterfaceName
    let bridge: InterfaceName
    let port: InterfaceName

    init() throws {
        mynet = try #require(NetworkName("mynet"))
        other = try #require(NetworkName("other"))
        web = AttachmentID(
            container: try #require(ContainerID("aaaaaaaaaaaaaaaa")), interface: try #require(InterfaceName("eth0")))
        uplink = try #require(InterfaceName("eth1"))
        bridge = try #require(InterfaceName("sw-mynet"))
        port = try #require(InterfaceName("veth0001"))
    }

    static func index(_ number: Int32) -> InterfaceIndex { InterfaceIndex(rawValue: number) }

    func healthy() throws -> HostFacts {
        var facts = HostFacts()
        facts.networks = [try network(mynet, bridge, port, number: 1, container: "web")]
        let second = try #require(InterfaceName("sw-other"))
        let link = try #require(InterfaceName("veth0002"))
        facts.networks.append(try network(other, second, link, number: 2, container: "db"))
        try addLinks(&facts)
        for network in facts.networks {
            for filter in network.filters { facts.add(filter.install()) }
            for endpoint in network.endpoints {
                for filter in endpoint.record.endpointFilters { facts.add(filter.install()) }
            }
        }
        facts.settings = Self.settings
        return facts
    }

    private static let settings: [String: String] = {
        var settings = [
            "net/ipv4/ip_forward": "1", "net/ipv6/conf/all/forwarding": "1", "net/ipv4/conf/all/route_localnet": "0",
            "net/ipv4/conf/all/rp_filter": "0", "net/bridge/bridge-nf-call-iptables": "0",
            "net/bridge/bridge-nf-call-ip6tables": "0",
        ]
        for name in ["eth1", "sw-mynet", "sw-other"] {
            settings["net/ipv4/conf/\(name)/forwarding"] = "1"
            settings["net/ipv4/conf/\(name)/route_localnet"] = "1"
            settings["net/ipv4/conf/\(name)/rp_filter"] = "0"
        }
        return settings
    }()

    private func network(
        _ name: NetworkName, _ bridge: InterfaceName, _ port: InterfaceName, number: Int, container: String
    ) throws -> NetworkFacts {
        let subnets = try ["10.89.\(number).0/24", "fd00:\(number)::/64"].map { try #require(IPPrefix($0)) }
        var network = NetworkFacts(name)
        network.plugins = [
            [
                "type": "swnet", "bridge": .string(bridge.text),
                "subnets": .array(subnets.map { ["subnet": .string("\($0)")] }),
            ]
        ]
        var record = NetworkRecord(network: name)
        record.bridge = bridge
        record.subnets = subnets
        let texts = JSON.array(subnets.map { .string("\($0)") })
        record.firewall = [
            "isolation \(bridge)": [
                "bridge": .string(bridge.text), "ingress": "strict", "subnets": texts, "guardsLoopback": true,
            ],
            "portmap \(bridge)": [
                "bridge": .string(bridge.text), "ingress": "none", "subnets": texts, "guardsLoopback": true,
                "opensLoopback": true,
            ],
        ]
        network.record = record
        network.endpoints = [try endpoint(name, bridge, port, number, container)]
        return network
    }

    private func endpoint(
        _ network: NetworkName, _ bridge: InterfaceName, _ port: InterfaceName, _ number: Int, _ name: String
    ) throws -> EndpointFacts {
        let id = AttachmentID(
            container: number == 1 ? web.container : try #require(ContainerID("bbbb")), interface: web.interface)
        var record = EndpointRecord(
            network: network, attachment: id, sandbox: "/run/netns/\(name)", boot: "now",
            created: Timestamp(seconds: 0), type: "swnet")
        record.state = .attached
        record.name = name
        record.bridge = bridge
        record.hostInterface = port
        record.addresses = try ["10.89.\(number).2/24", "fd00:\(number)::2/64"].map { try #require(IPPrefix($0)) }
        record.gateways = try ["10.89.\(number).1", "fd00:\(number)::1"].map { try #require(IPAddress($0)) }
        record.ports = [
            PublishedPort(hostPort: try #require(Port(8080 + number)), containerPort: try #require(Port(80)))
        ]
        let addresses = JSON.array(record.addresses.map { .string("\($0.address)") })
        record[stage: "isolation"] = ["firewall": ["addresses": addresses, "egress": "masquerade"]]
        record[stage: "portmap"] = ["firewall": ["addresses": addresses, "publishes": true, "hairpin": true]]
        var inside = LinkFacts(web.interface, Self.index(2), kind: "veth")
        inside.mtu = 1500
        return EndpointFacts(record, .living, inside: inside)
    }

    private func addLinks(_ facts: inout HostFacts) throws {
        facts.links = [LinkFacts(uplink, Self.index(2))]
        facts.addresses = [
            AddressFacts(try #require(IPPrefix("192.0.2.1/24")), Self.index(2)),
            AddressFacts(try #require(IPPrefix("2001:db8::1/64")), Self.index(2)),
        ]
        for (gateway, everything) in [("192.0.2.254", "0.0.0.0/0"), ("fe80::1", "::/0")] {
            facts.routes.append(
                Route(
                    to: try #require(IPPrefix(everything)), via: IPAddress(gateway), interface: Self.index(2),
                    metric: 100))
        }
        let loopback = try #require(IPPrefix("::1/128"))
        for (position, network) in facts.networks.enumerated() {
            let record = network.endpoints[0].record
            let (bridge, number) = (try #require(record.bridge), Int32(10 * (position + 1)))
            facts.links.append(LinkFacts(bridge, Self.index(number), kind: "bridge"))
            var end = LinkFacts(try #require(record.hostInterface), Self.index(number + 1), kind: "veth")
            end.master = Self.index(number)
            end.mac = StableHash(of: "host", end.name.text).macAddress
            facts.links.append(end)
            for (gateway, address) in zip(record.gateways, record.addresses) {
                let prefix = try #require(IPPrefix(gateway, length: address.length))
                facts.addresses.append(AddressFacts(prefix, Self.index(number)))
                facts.ways[address.address] = Self.index(number)
            }
            facts.routes.append(Route(to: loopback, interface: Self.index(number), type: .local, table: .local))
        }
    }
}

extension HostFacts {
    /// Puts what the operations add into the firewall.
    fileprivate mutating func add(_ operations: [NFTables.Operation]) {
        for case .elements(_, let set, let added) in operations {
            elements[set, default: []] += added.filter { !(elements[set] ?? []).contains($0) }
        }
    }
}
