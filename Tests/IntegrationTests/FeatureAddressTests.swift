// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// What configurations say about addresses, routes and name servers, seen in the kernel and in results.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct FeatureAddressTests {
    /// A `bridge` network with this `ipam` object and these members of the plugin's object, each followed by a comma.
    private func plan(ipam: String, _ members: String = "") -> NetworkPlan {
        NetworkPlan(kind: .chain, bridge: #"\#(members) "ipam": \#(ipam),"#, hasAddresses: false)
    }

    @Test("isDefaultGateway gives bridge, routes and forwarding of each family", arguments: NetworkPlan.all)
    func defaultGateway(plan: NetworkPlan) throws {
        let host = try RuntimeHost()
        try host.host.run("sysctl -q net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0")
        let attachment = try host.network(plan).attach("c1")
        for (subnet, gateway) in zip(plan.subnets, plan.gateways) {
            let option = subnet.family == .ipv4 ? "-4" : "-6"
            let key = subnet.family == .ipv4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"
            #expect(try host.host.run("ip address show br1").contains("\(gateway)/\(subnet.length)"))
            #expect(try attachment.sandbox.run("ip \(option) route").contains("default via \(gateway) dev eth0"))
            #expect(try host.host.run("sysctl -n \(key)") == "1\n")
            try attachment.sandbox.run("ping -c 1 -W 5 \(gateway)")
        }
        #expect(attachment.result.routes.map(\.destination.length) == plan.subnets.map { _ in 0 })
        try attachment.check()
    }

    @Test("isGateway alone gives no default route; no gateway gives the bridge no address") func lesserGateways() throws
    {
        let host = try RuntimeHost()
        let ipam = #"{"type": "host-local", "dataDir": "$LEASES", "subnet": "10.1.1.0/24"}"#
        let gateway = try host.network(plan(ipam: ipam, #""isGateway": true,"#)).attach("c1")
        #expect(try !gateway.sandbox.run("ip route").contains("default"))
        #expect(try host.host.run("ip address show br1").contains("10.1.1.1/24"))
        let other = plan(ipam: ipam).with { $0.number = 2 }
        _ = try host.network(other).attach("c2")
        #expect(try !host.host.run("ip address show br2").contains("inet "))
    }

    @Test("another address on the bridge is a refusal, or gives way to forceAddress", arguments: Addressing.allCases)
    func forceAddress(addressing: Addressing) throws {
        let host = try RuntimeHost()
        let first = NetworkPlan(kind: .chain, addressing: addressing)
        _ = try host.network(first).attach("c1")
        // Another network on the same bridge; an IPv6 one whose gateway differs within the same subnet.
        let (v4, v6) = (#"[{"subnet": "10.1.9.0/24"}]"#, #"[{"subnet": "fd00:1::/64", "gateway": "fd00:1::99"}]"#)
        let ranges = addressing == .ipv4 ? v4 : addressing == .ipv6 ? v6 : "\(v4), \(v6)"
        let ipam = #"{"type": "host-local", "dataDir": "$LEASES", "ranges": [\#(ranges)]}"#
        let other = plan(ipam: ipam, #""isGateway": true,"#)
        let sandbox = try TestNamespace()
        let before = try host.snapshot([sandbox])
        let error = try host.network(other).refusal("c2", to: sandbox)
        #expect(error.code == .invalidConfiguration && error.message.contains("br1"))
        try host.expectUnchanged(since: before, [sandbox])
        let forced = plan(ipam: ipam, #""isGateway": true, "forceAddress": true,"#)
        let attachment = try host.network(forced).attach("c2", to: sandbox)
        let shown = try host.host.run("ip address show br1")
        for entry in attachment.result.addresses {
            let gateway = try #require(entry.gateway)
            #expect(shown.contains("\(gateway)/\(entry.prefix.length)"))
            try attachment.sandbox.run("ping -c 1 -W 5 \(gateway)")
        }
        #expect(!shown.contains("10.1.1.1/24") && !shown.contains("fd00:1::1/64"))
    }

    @Test("static addresses come from the configuration, CNI_ARGS or the capability") func staticAddresses() throws {
        let host = try RuntimeHost()
        let ipam = #"""
            {"type": "static", "addresses": [
                {"address": "10.1.1.7/24", "gateway": "10.1.1.254"}, {"address": "fd00:1::7/64", "gateway": "fd00:1::254"}
            ], "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}], "dns": {"nameservers": ["10.1.1.53"]}}
            """#
        let configured = try host.network(plan(ipam: ipam, #""isGateway": true,"#)).attach("c1")
        #expect(configured.addresses.map(\.description) == ["10.1.1.7", "fd00:1::7"])
        #expect(configured.result.dns.nameservers == ["10.1.1.53"])
        try configured.sandbox.run("ping -c 1 -W 5 10.1.1.254")
        try configured.sandbox.run("ping -c 1 -W 5 fd00:1::254")
        #expect(try configured.sandbox.run("ip route").contains("default via 10.1.1.254"))
        try configured.check()
        let network = try host.network(plan(ipam: #"{"type": "static"}"#).with { $0.number = 2 })
        let byArguments = try network.attach("c2", arguments: "IP=10.2.0.5/24,fd00:2::5/64;GATEWAY=10.2.0.1,fd00:2::1")
        #expect(byArguments.addresses.map(\.description) == ["10.2.0.5", "fd00:2::5"])
        let byCapability = try network.attach("c3", capabilities: ["ips": ["10.2.0.6/24"]])
        #expect(byCapability.addresses.map(\.description) == ["10.2.0.6"])
        try byCapability.sandbox.run("ping -c 1 -W 5 10.2.0.5")
    }

    @Test("addresses can be asked for", arguments: NetworkPlan.kinds) func requestedAddresses(plan: NetworkPlan) throws
    {
        let host = try RuntimeHost()
        let network = try host.network(plan)
        let byCapability = try network.attach("c1", capabilities: ["ips": ["10.1.1.77", "fd00:1::77"]])
        #expect(byCapability.addresses.map(\.description) == ["10.1.1.77", "fd00:1::77"])
        let byArguments = try network.attach("c2", arguments: "IgnoreUnknown=1;IP=10.1.1.78")
        #expect(byArguments.addresses.first?.description == "10.1.1.78")
        let error = try network.refusal("c3", arguments: "IP=10.1.1.77")
        #expect(error.code == .addressTaken && error.message.contains("c1"))
    }

    @Test("one sandbox, several interfaces on one network", arguments: NetworkPlan.kinds)
    func severalInterfaces(plan: NetworkPlan) throws {
        let host = try RuntimeHost()
        let network = try host.network(plan)
        let sandbox = try TestNamespace()
        let first = try network.attach("c1", to: sandbox)
        let second = try network.attach("c1", to: sandbox, as: "eth1")
        #expect(Set(first.addresses).isDisjoint(with: second.addresses))
        let other = try network.attach("c2")
        for address in first.addresses + second.addresses {
            try other.sandbox.run("ping -c 1 -W 5 \(address)")
        }
        try first.detach()
        #expect(try !sandbox.run("ip link").contains("eth0"))
        for address in second.addresses { try other.sandbox.run("ping -c 1 -W 5 \(address)") }
        try second.check()
        try second.detach()
        #expect(try !sandbox.run("ip link").contains("eth1"))
    }

    @Test("of several networks the one with the best priority has the default route", arguments: NetworkPlan.kinds)
    func severalNetworks(plan: NetworkPlan) throws {
        let host = try RuntimeHost()
        let sandbox = try TestNamespace()
        for (number, priority) in [(1, 300), (2, 100), (3, 200)] {
            let prefixes = plan.with { $0.number = number }.subnets
            let ranges = prefixes.map { #"[{"subnet": "\#($0)"}]"# }.joined(separator: ", ")
            let routes = #"[{"dst": "0.0.0.0/0", "priority": \#(priority)}, {"dst": "::/0", "priority": \#(priority)}]"#
            let variant = plan.with {
                $0.number = number
                $0.swnet = #""priority": \#(priority),"#
                guard $0.kind == .chain else { return }
                $0.hasAddresses = false
                $0.bridge = #"""
                    "isGateway": true, "ipMasq": true, "ipam": {"type": "host-local", "dataDir": "$LEASES",
                    "ranges": [\#(ranges)], "routes": \#(routes)},
                    """#
            }
            _ = try host.network(variant).attach("c1", to: sandbox, as: "eth\(number)")
        }
        #expect(try sandbox.run("ip route get 192.0.2.2").contains("via 10.1.2.1 dev eth2"))
        #expect(try sandbox.run("ip -6 route get 2001:db8::2").contains("via fd00:2::1 dev eth2"))
        for address in TestHost.neighbourAddresses { try sandbox.run("ping -c 1 -W 5 \(address)") }
    }

    @Test("routes keep their gateway, priority, mtu and table", arguments: NetworkPlan.kinds)
    func routes(plan: NetworkPlan) throws {
        let routes = #"""
            [{"dst": "172.16.0.0/16", "gw": "10.1.1.9", "priority": 77, "mtu": 1280},
             {"dst": "172.17.0.0/16", "table": 100, "advmss": 900},
             {"dst": "fd99::/64", "gw": "fd00:1::9", "priority": 78, "mtu": 1290, "table": 101}]
            """#
        let ipam = #"""
            {"type": "host-local", "dataDir": "$LEASES", "ranges": [[{"subnet": "10.1.1.0/24"}], [{"subnet": "fd00:1::/64"}]],
             "routes": \#(routes)}
            """#
        let host = try RuntimeHost()
        let attachment = try host.network(
            plan.with {
                $0.swnet = #""routes": \#(routes),"#
                guard $0.kind == .chain else { return }
                $0.hasAddresses = false
                $0.bridge = #""isGateway": true, "ipam": \#(ipam),"#
            }
        ).attach("c1")
        let main = try attachment.sandbox.run("ip route show 172.16.0.0/16")
        #expect(main.contains("via 10.1.1.9 dev eth0") && main.contains("metric 77") && main.contains("mtu 1280"))
        let table = try attachment.sandbox.run("ip route show table 100")
        #expect(table.contains("172.17.0.0/16 via 10.1.1.1 dev eth0") && table.contains("advmss 900"))
        let v6 = try attachment.sandbox.run("ip -6 route show table 101")
        #expect(v6.contains("fd99::/64 via fd00:1::9 dev eth0") && v6.contains("metric 78") && v6.contains("mtu 1290"))
        #expect(attachment.result.routes.contains { $0.table == 101 && $0.mtu == 1290 && $0.priority == 78 })
        try attachment.check()
    }

    @Test("dns of the configuration goes before the address plugin's resolvConf") func dns() throws {
        let host = try RuntimeHost()
        let file = host.runner.scratchPath("resolv.conf")
        try AtomicFile.write(
            Array("nameserver 10.9.9.9\nsearch a.example b.example\noptions ndots:2\n".utf8), to: file)
        let ipam = #"""
            {"type": "host-local", "dataDir": "$LEASES", "subnet": "10.1.1.0/24", "resolvConf": "\#(file)"}
            """#
        let fromFile = try host.network(plan(ipam: ipam)).attach("c1").result.dns
        #expect(fromFile.nameservers == ["10.9.9.9"] && fromFile.search == ["a.example", "b.example"])
        #expect(fromFile.options == ["ndots:2"])
        let own = #""dns": {"nameservers": ["10.8.8.8"], "domain": "c.example"},"#
        let configured = try host.network(plan(ipam: ipam, own)).attach("c2").result.dns
        #expect(configured == CNIResult.DNS(nameservers: ["10.8.8.8"], domain: "c.example"))
        for (number, enabled, nameservers) in [(2, false, ["10.8.8.8"]), (3, true, ["10.1.3.1", "fd00:3::1"])] {
            let dns = #""dns": {"nameservers": ["10.8.8.8"], "enabled": \#(enabled)},"#
            let swnet = try host.network(NetworkPlan(kind: .swnet, number: number, swnet: dns))
            #expect(try swnet.attach("c3").result.dns.nameservers == nameservers)
        }
    }

    @Test("IPv6 works in a sandbox that had it switched off") func disabledIPv6() throws {
        let host = try RuntimeHost()
        let network = try host.network(NetworkPlan(kind: .swnet, addressing: .ipv6))
        let sandbox = try TestNamespace()
        try sandbox.run("sysctl -q net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1")
        let attachment = try network.attach("c1", to: sandbox)
        try sandbox.run("ping -c 1 -W 5 fd00:1::1")
        try sandbox.run("ping -c 1 -W 5 \(attachment.addresses[0])")
        try sandbox.run("ping -c 1 -W 5 ::1")
    }
}
