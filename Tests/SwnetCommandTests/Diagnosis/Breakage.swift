// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState
internal import SystemPackage
internal import Testing
internal import swnet

/// A way to break the host of ``FactSamples``, and what the doctor has to say about it.
struct Breakage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let severity: Finding.Severity
    /// A part of the sentence.
    let sentence: String
    let command: String
    let apply: @Sendable (inout HostFacts, FactSamples) throws -> Void

    init(
        _ check: String, _ severity: Finding.Severity, _ sentence: String, command: String,
        _ apply: @escaping @Sendable (inout HostFacts, FactSamples) throws -> Void
    ) {
        testDescription = check
        self.severity = severity
        self.sentence = sentence
        self.command = command
        self.apply = apply
    }

    static let all = kernel + state + addressing + links + routing + firewall + others

    private static let kernel = [
        Breakage("access", .warning, "only root may look at firewalls", command: "sudo swnet doctor") { facts, _ in
            facts.obstacles[.firewall] = "not permitted"
            facts.forbidden = [.firewall]
        },
        Breakage(
            "access", .error, "looking at leases failed: disk gone", command: "swnet doctor --verbose"
        ) { facts, _ in facts.obstacles[.leases] = "disk gone" },
        Breakage("kernel", .error, "lacks bridges", command: "modprobe bridge") { facts, _ in
            facts.missingFeatures = [.bridge]
        },
        Breakage("kernel", .error, "lacks veth pairs", command: "modprobe veth") { facts, _ in
            facts.missingFeatures = [.veth]
        },
        Breakage(
            "kernel", .error, "a part of nftables",
            command: "modprobe -a nf_tables nft_chain_nat nft_ct nft_fib_inet nft_masq nft_nat"
        ) { facts, _ in facts.missingFeatures = [.nftables] },
        Breakage(
            "kernel", .error, "mynet has a VLAN", command: "swnet rm --force mynet && swnet create mynet"
        ) { facts, _ in
            facts.missingFeatures = [.vlanFiltering]
            facts.networks[0].plugins[0]["vlan"] = 7
        },
        Breakage(
            "kernel", .error, "mynet keeps its containers apart",
            command: "swnet rm --force mynet && swnet create mynet"
        ) { facts, _ in
            facts.missingFeatures = [.portIsolation]
            facts.networks[0].plugins[0]["interContainer"] = false
        },
        Breakage(
            "kernel", .error, "mynet checks MAC addresses", command: "swnet rm --force mynet && swnet create mynet"
        ) { facts, _ in
            facts.missingFeatures = [.bridgeNFTables]
            facts.networks[0].plugins[0]["macSpoofCheck"] = true
        },
    ]

    private static let state = [
        Breakage("state", .error, "says nothing (torn)", command: "rm /state/a.json") { facts, _ in
            facts.unreadable = [.corrupt("/state/a.json", reason: "torn")]
        },
        Breakage("state", .error, "no configuration of a network", command: "mv /c/x /c/x.broken") { facts, _ in
            facts.unreadable = [.unreadableConfiguration("/c/x", reason: "torn")]
        },
        Breakage("state", .error, "only a newer swnet can read", command: "swnet version") { facts, _ in
            facts.unreadable = [.unknownVersion("/state/a.json", version: 9)]
        },
        Breakage("records", .warning, "web of mynet was attached before", command: "swnet gc") { facts, samples in
            facts.networks[0].endpoints[0] = EndpointFacts(facts.networks[0].endpoints[0].record, .ofEarlierBoot)
            facts.elements = [:]
            for filter in facts.networks[1].filters { facts.put(filter.install()) }
            for filter in facts.networks[1].endpoints[0].record.endpointFilters { facts.put(filter.install()) }
        },
        Breakage("records", .warning, "web of mynet is recorded", command: "swnet gc") { facts, samples in
            facts.networks[0].endpoints[0] = EndpointFacts(facts.networks[0].endpoints[0].record, .withoutSandbox)
        },
        Breakage("records", .warning, "was killed before it could take down web", command: "swnet gc") { facts, _ in
            facts.abandonedSandboxes = ["web"]
        },
        Breakage("leases", .warning, "10.89.1.9 of mynet is leased", command: "swnet gc") { facts, samples in
            facts.abandonedLeases[samples.mynet] = [try #require(IPAddress("10.89.1.9"))]
        },
    ]

    private static let addressing = [
        Breakage(
            "subnets", .error, "networks mynet (10.89.1.0/24) and other (10.89.0.0/16) overlap",
            command: "swnet rm --force other && swnet create other"
        ) { facts, _ in facts.networks[1].plugins[0]["subnets"] = [["subnet": "10.89.0.0/16"]] },
        Breakage(
            "subnets", .warning, "networks mynet (10.89.1.0/24) and idle (10.89.1.128/25) overlap",
            command: "swnet rm idle && swnet create idle"
        ) { facts, _ in
            var idle = NetworkFacts(try #require(NetworkName("idle")))
            idle.plugins = [["type": "bridge", "ipam": ["subnet": "10.89.1.128/25"]]]
            facts.networks.append(idle)
        },
        Breakage(
            "subnets", .error, "eth1 has the address 10.89.1.77/24, which overlaps subnet 10.89.1.0/24 of mynet",
            command: "swnet rm --force mynet && swnet create mynet"
        ) { facts, _ in
            facts.addresses.append(
                AddressFacts(try #require(IPPrefix("10.89.1.77/24")), FactSamples.index(2)))
        },
        Breakage(
            "routes", .error, "the route to 10.89.1.0/25 by eth1 takes what the host sends to 10.89.1.2 of mynet away",
            command: "ip route delete 10.89.1.0/25 dev eth1"
        ) { facts, _ in
            facts.routes.append(Route(to: try #require(IPPrefix("10.89.1.0/25")), interface: FactSamples.index(2)))
            facts.ways[try #require(IPAddress("10.89.1.2"))] = FactSamples.index(2)
        },
        Breakage(
            "routes", .error, "the route to fd00:1::/96 (blackhole)",
            command: "ip -6 route delete blackhole fd00:1::/96"
        ) { facts, _ in
            facts.routes.append(Route(to: try #require(IPPrefix("fd00:1::/96")), type: .blackhole))
            facts.ways[try #require(IPAddress("fd00:1::2"))] = nil
        },
        Breakage(
            "routes", .error, "the default route of table 77 by eth1",
            command: "ip rule add to 10.89.1.0/24 lookup main priority 1"
        ) { facts, _ in
            facts.routes.append(
                Route(
                    to: try #require(IPPrefix("0.0.0.0/0")), interface: FactSamples.index(2),
                    table: RouteTable(rawValue: 77)))
            facts.routes.removeAll { $0.isDefault && $0.table == .main && $0.destination.family == .ipv4 }
            facts.ways[try #require(IPAddress("10.89.1.2"))] = FactSamples.index(2)
        },
        Breakage(
            "routes", .warning, "leads a part of subnet 10.99.0.0/16 of idle elsewhere",
            command: "swnet rm idle && swnet create idle"
        ) { facts, _ in
            var idle = NetworkFacts(try #require(NetworkName("idle")))
            idle.plugins = [["type": "swnet", "subnets": [["subnet": "10.99.0.0/16"]]]]
            facts.networks.append(idle)
            facts.routes.append(Route(to: try #require(IPPrefix("10.99.7.0/24")), interface: FactSamples.index(2)))
        },
    ]

    private static let links = [
        Breakage("bridges", .error, "bridge sw-mynet of mynet is gone", command: "swnet repair") { facts, samples in
            facts.links.removeAll { $0.name == samples.bridge }
        },
        Breakage(
            "bridges", .error, "sw-mynet should be the bridge of mynet",
            command: "ip link delete sw-mynet && swnet repair"
        ) { facts, samples in facts.change(samples.bridge) { $0.kind = "dummy" } },
        Breakage("bridges", .error, "bridge sw-mynet of mynet is down", command: "ip link set sw-mynet up") {
            facts, samples in facts.change(samples.bridge) { $0.isUp = false }
        },
        Breakage(
            "bridges", .error, "has lost the gateway address 10.89.1.1/24 of mynet",
            command: "ip address add 10.89.1.1/24 dev sw-mynet"
        ) { facts, _ in facts.addresses.removeAll { $0.prefix.description == "10.89.1.1/24" } },
        Breakage(
            "bridges", .error, "has lost the gateway address fd00:1::1/64 of mynet",
            command: "ip address add fd00:1::1/64 dev sw-mynet nodad"
        ) { facts, _ in facts.addresses.removeAll { $0.prefix.description == "fd00:1::1/64" } },
        Breakage(
            "ports", .error, "the link of web to mynet, veth0001, is gone",
            command: "swnet disconnect mynet web && swnet connect mynet /run/netns/web"
        ) { facts, samples in facts.links.removeAll { $0.name == samples.port } },
        Breakage("ports", .error, "is not plugged into bridge sw-mynet", command: "swnet repair") { facts, samples in
            facts.change(samples.port) { $0.master = nil }
        },
        Breakage("ports", .error, "the link of web to mynet, is down", command: "ip link set veth0001 up") {
            facts, samples in facts.change(samples.port) { $0.isUp = false }
        },
        Breakage(
            "ports", .error, "eth0 of web, which is on mynet, is down",
            command: "nsenter --net=/run/netns/web ip link set eth0 up"
        ) { facts, _ in facts.networks[0].endpoints[0].inside?.isUp = false },
        Breakage("links", .warning, "veth0009 is the host's end", command: "ip link delete veth0009") { facts, _ in
            var link = LinkFacts(try #require(InterfaceName("veth0009")), FactSamples.index(99), kind: "veth")
            link.mac = StableHash(of: "host", "veth0009").macAddress
            facts.links.append(link)
        },
        Breakage("links", .warning, "sw-gone is the bridge of a network", command: "ip link delete sw-gone") {
            facts, _ in
            var link = LinkFacts(try #require(InterfaceName("sw-gone")), FactSamples.index(99), kind: "bridge")
            link.mac = StableHash(of: "bridge", "sw-gone").macAddress
            facts.links.append(link)
        },
        Breakage(
            "mtu", .warning, "may have 1500 bytes, and eth1, which leads out, carries 1400",
            command: "ip link set sw-mynet mtu 1400 && ip link set veth0001 mtu 1400 && "
                + "nsenter --net=/run/netns/web ip link set eth0 mtu 1400"
        ) { facts, samples in
            facts.change(samples.uplink) { $0.mtu = 1400 }
            facts.networks.removeLast()
            facts.links.removeAll { $0.index.rawValue >= 20 }
            facts.elements = [:]
            for filter in facts.networks[0].filters { facts.put(filter.install()) }
            for filter in facts.networks[0].endpoints[0].record.endpointFilters { facts.put(filter.install()) }
        },
        Breakage(
            "mtu", .warning, "packets of web may have 1500 bytes, and mynet carries 1400",
            command: "ip link set veth0001 mtu 1400 && nsenter --net=/run/netns/web ip link set eth0 mtu 1400"
        ) { facts, samples in facts.change(samples.bridge) { $0.mtu = 1400 } },
    ]

    private static let routing = [
        Breakage(
            "forwarding", .error, "does not route IPv4, so containers of mynet, other reach nothing beyond it",
            command: "sysctl -w net.ipv4.ip_forward=1"
        ) { facts, _ in facts.settings["net/ipv4/ip_forward"] = "0" },
        Breakage(
            "forwarding", .error, "does not route IPv6", command: "sysctl -w net.ipv6.conf.all.forwarding=1"
        ) { facts, _ in facts.settings["net/ipv6/conf/all/forwarding"] = "0" },
        Breakage(
            "forwarding", .error, "does not route IPv6",
            command: "sysctl -w net.ipv6.conf.eth1.accept_ra=2 net.ipv6.conf.all.forwarding=1"
        ) { facts, _ in
            facts.settings["net/ipv6/conf/all/forwarding"] = "0"
            for index in facts.routes.indices where facts.routes[index].isDefault {
                facts.routes[index].origin = .routerAdvertisement
            }
        },
        Breakage(
            "forwarding", .error, "IPv4 packets that come in by sw-mynet",
            command: "sysctl -w net.ipv4.conf.sw-mynet.forwarding=1"
        ) { facts, _ in facts.settings["net/ipv4/conf/sw-mynet/forwarding"] = "0" },
        Breakage(
            "reverse-path", .warning, "drops answers of web, which is on several networks, at bridge sw-mynet",
            command: "sysctl -w net.ipv4.conf.sw-mynet.rp_filter=2"
        ) { facts, _ in
            facts.settings["net/ipv4/conf/sw-mynet/rp_filter"] = "1"
            let endpoint = facts.networks[1].endpoints[0]
            var record = endpoint.record
            record.sandbox = facts.networks[0].endpoints[0].record.sandbox
            facts.networks[1].endpoints[0] = EndpointFacts(record, .living, inside: endpoint.inside)
        },
        Breakage(
            "loopback", .warning, "lets neighbours and containers send to 127.0.0.0/8",
            command: "sysctl -w net.ipv4.conf.all.route_localnet=0"
        ) { facts, _ in facts.settings["net/ipv4/conf/all/route_localnet"] = "1" },
        Breakage(
            "loopback", .error, "mynet do not answer at 127.0.0.1",
            command: "sysctl -w net.ipv4.conf.sw-mynet.route_localnet=1"
        ) { facts, _ in facts.settings["net/ipv4/conf/sw-mynet/route_localnet"] = "0" },
        Breakage(
            "loopback", .error, "mynet do not answer at [::1]",
            command: "ip -6 route add local ::1/128 dev sw-mynet table local metric 4096"
        ) { facts, _ in facts.routes.removeAll { $0.table == .local && $0.interface == FactSamples.index(10) } },
        Breakage(
            "bridge-netfilter", .warning, "published on mynet do not answer at [::1]",
            command: "sysctl -w net.bridge.bridge-nf-call-ip6tables=0"
        ) { facts, _ in
            facts.settings["net/bridge/bridge-nf-call-ip6tables"] = "1"
            facts.networks[1].endpoints[0] = EndpointFacts(facts.networks[1].endpoints[0].record.withoutPorts, .living)
            facts.elements = [:]
            for network in facts.networks {
                for filter in network.filters { facts.put(filter.install()) }
                for filter in network.endpoints[0].record.endpointFilters { facts.put(filter.install()) }
            }
        },
    ]

    private static let firewall = [
        Breakage("table", .error, "table inet swnet is gone", command: "swnet repair") { facts, _ in
            facts.skeleton = .missing
            facts.elements = [:]
        },
        Breakage("table", .error, "were changed or are of another version", command: "swnet repair") { facts, _ in
            facts.skeleton = .outdated
        },
        Breakage(
            "table", .error, "table inet swnet lacks published4 { tcp . 8081", command: "swnet repair"
        ) { facts, _ in
            facts.elements[Firewall.ipv4.published.declaration]?.removeFirst()
        },
        Breakage(
            "table", .warning, "has an element that nothing recorded needs, in masquerade4",
            command: "nft 'delete element inet swnet masquerade4 { 10.9.9.9 }'"
        ) { facts, _ in facts.put([Firewall.ipv4.masquerade.add(IPv4Address(10, 9, 9, 9))]) },
        Breakage(
            "table", .warning, "has 2 elements that nothing recorded needs, in networks",
            command: "nft 'delete element inet swnet networks { \"br9\" }; "
                + "delete element inet swnet masquerade4 { 10.9.9.9 }'"
        ) { facts, _ in
            facts.put([
                Firewall.ipv4.masquerade.add(IPv4Address(10, 9, 9, 9)),
                Firewall.networks.add(try #require(InterfaceName("br9"))),
            ])
        },
        Breakage(
            "firewalls", .error,
            "the policy of chain FORWARD in table ip filter drops what containers of mynet send out of this host and "
                + "connections to published ports of mynet",
            command: "swnet repair"
        ) { facts, _ in
            facts.networks.removeLast()
            facts.links.removeAll { $0.index.rawValue >= 20 }
            facts.elements = [:]
            for filter in facts.networks[0].filters { facts.put(filter.install()) }
            for filter in facts.networks[0].endpoints[0].record.endpointFilters { facts.put(filter.install()) }
            let table = Table(.ipv4, "filter")
            let base = Chain.Base(.filter, .forward, .filter, .drop)
            facts.foreignChains = [BaseChain(table: table, chain: "FORWARD", base: base)]
            facts.foreignTables = [TableContent(table)]
        },
        Breakage(
            "firewalls", .note, "iptables-legacy has rules of its own for IPv4",
            command: "iptables-legacy -t filter -S FORWARD"
        ) { facts, _ in facts.legacyTables = [.ipv4: ["nat", "filter"]] },
        Breakage(
            "firewalls", .error, "the policy of chain input in table inet mine drops questions about names from mynet",
            command: "swnet repair"
        ) { facts, _ in
            try facts.giveNames()
            facts.resolver = .running(["networks": [["network": "mynet"]]])
            let table = Table(.inet, "mine")
            let base = Chain.Base(.filter, .input, .filter, .drop)
            facts.foreignChains = [BaseChain(table: table, chain: "input", base: base)]
            facts.foreignTables = [TableContent(table)]
        },
    ]

    private static let others = [
        Breakage("names", .error, "swnet-dns does not run, so containers of mynet", command: "swnet repair") {
            facts, _ in
            try facts.giveNames()
            facts.resolver = .absent
        },
        Breakage("names", .error, "swnet-dns does not answer: no reply", command: "swnet repair") { facts, _ in
            try facts.giveNames()
            facts.resolver = .failed("no reply")
        },
        Breakage("names", .error, "swnet-dns does not know mynet", command: "swnet repair") { facts, _ in
            try facts.giveNames()
            facts.resolver = .running(["networks": []])
        },
        Breakage("names", .error, "cannot answer on mynet: in use", command: "swnet repair") { facts, _ in
            try facts.giveNames()
            facts.resolver = .running(["networks": [["network": "mynet", "error": "in use"]]])
        },
        Breakage("port-53", .warning, "dnsmasq (process 7) has port 53/udp of 0.0.0.0", command: "kill 7") {
            facts, _ in
            try facts.giveNames()
            facts.resolver = .running(["networks": [["network": "mynet"]]])
            let process = ListeningProcess(id: 7, name: "dnsmasq", service: nil)
            facts.nameServers = [Listener(try #require(IPAddress("0.0.0.0")), .udp, process)]
        },
        Breakage(
            "port-53", .note, "names of mynet are answered at port 5353",
            command: "systemctl disable --now dnsmasq.service"
        ) { facts, _ in
            try facts.giveNames()
            facts.networks[0].record?.resolver?.port = Port(5353)
            facts.resolver = .running(["networks": [["network": "mynet"]]])
            let process = ListeningProcess(id: 7, name: "dnsmasq", service: "dnsmasq.service")
            facts.nameServers = [Listener(try #require(IPAddress("10.89.1.1")), .tcp, process)]
        },
    ]
}

extension EndpointRecord {
    fileprivate var withoutPorts: EndpointRecord {
        var record = self
        record.ports = []
        return record
    }
}

extension HostFacts {
    fileprivate mutating func change(_ name: InterfaceName, _ body: (inout LinkFacts) -> Void) {
        for index in links.indices where links[index].name == name { body(&links[index]) }
    }

    fileprivate mutating func put(_ operations: [NFTables.Operation]) {
        for case .elements(_, let set, let added) in operations { elements[set, default: []] += added }
    }

    /// Has the resolver answer for the first network.
    fileprivate mutating func giveNames() throws {
        var settings = ResolverSettings()
        settings.gateways = networks[0].endpoints[0].record.gateways
        networks[0].record?.resolver = settings
        var record = networks[0].endpoints[0].record
        record[stage: EndpointRecord.namesSection] = [:]
        networks[0].endpoints[0] = EndpointFacts(record, .living, inside: networks[0].endpoints[0].inside)
    }
}
