// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import NetworkTypes
import SwnetPipeline
import SwnetState
import SystemPackage
import TestSupport
import Testing

/// A host with a LAN neighbour on which the real programs attached three containers: `web` and `sibling` on one network,
/// `stranger` on another.
struct RepairScene {
    let test: TestHost
    let runner: PluginRunner
    let kind: LifecycleNetwork.Kind
    private let web: LifecycleContainer
    private let sibling: LifecycleContainer
    private let stranger: LifecycleContainer

    init(_ kind: LifecycleNetwork.Kind) throws {
        self.kind = kind
        test = try TestHost()
        try test.host.run("sh -c", arguments: ["echo 0 | tee /proc/sys/net/bridge/bridge-nf-call-ip6tables"])
        let runner = try test.host.inside { try PluginRunner() }
        self.runner = runner
        let networks = [1, 2].map { number in
            // Two containers of one network must not have one MAC address.
            let network = LifecycleNetwork(kind, runner, number: number)
            return kind == .swnet ? network : network.with(["mac": .null], of: 3)
        }
        web = try LifecycleContainer("web", runner, runtime: LifecycleContainer.publishing(8080))
        sibling = try LifecycleContainer("sibling", runner)
        stranger = try LifecycleContainer("stranger", runner)
        for (container, network) in [(web, networks[0]), (sibling, networks[0]), (stranger, networks[1])] {
            let answer = try network.add(container)
            try #require(answer.isSuccess, "\(answer)")
        }
        for subnet in ["10.1.1.0/24", "10.1.2.0/24"] {
            try test.neighbour.run("ip route add \(subnet) via 192.0.2.1")
        }
        for subnet in ["fd00:1::/64", "fd00:2::/64"] {
            try test.neighbour.run("ip route add \(subnet) via 2001:db8::1")
        }
    }

    /// What the host and the containers have.
    func snapshot() throws -> HostSnapshot {
        try runner.snapshot([web, sibling, stranger].compactMap(\.namespace))
    }

    /// Runs a shell script on the host; `$port` is the host end of `web`.
    func run(_ script: String) throws {
        let name = try #require(NetworkName("net1"))
        let attachment = AttachmentID(
            container: try #require(ContainerID(web.id)), interface: try #require(InterfaceName("eth0")))
        let port = try #require(attachment.hostInterface(on: name))
        try test.host.run("sh -c", arguments: ["set -e; port=\(port)\n" + script])
    }

    /// Repairs the host, and says what it found.
    func repair(_ mode: UpkeepLog.Mode = .apply) throws -> [UpkeepStep] {
        try test.host.inside {
            var repair = try HostRepair(StateLayout(runDirectory: runner.stateDirectory.string), mode)
            try repair.run()
            return repair.log.steps
        }
    }

    /// Every path of one family with real connections.
    func walk(_ family: IPFamily) throws {
        let namespaces = try [web, sibling, stranger].map { try #require($0.namespace) }
        let (host, neighbour) = (test.host, test.neighbour)
        let lan = try TestHost.addresses.address(family)
        let client = try TestHost.neighbourAddresses.address(family)
        let addresses =
            family == .ipv4 ? ["10.1.1.1", "10.1.1.2", "10.1.1.3"] : ["fd00:1::1", "fd00:1::2", "fd00:1::3"]
        let known = try addresses.map { try #require(IPAddress($0)) }
        let (gateway, container, beside) = (known[0], known[1], known[2])
        let loopback = try #require(IPPrefix.loopback(family).first.advanced(by: family == .ipv4 ? 1 : 0))
        // The reference's policy is about other networks only.
        let direct = kind == .swnet ? nil : client
        let server = try TestServer(in: namespaces[0], port: #require(Port(80)))
        typealias Path = FirewallScene.Path
        try FirewallScene.walk(
            [
                Path("LAN to published", neighbour, lan, 8080, as: client),
                Path("LAN to the container", neighbour, container, 80, as: direct),
                Path("host by LAN address", host, lan, 8080, as: gateway),
                Path("host by loopback", host, loopback, 8080, as: gateway),
                Path("host to the container", host, container, 80, as: gateway),
                Path("itself", namespaces[0], lan, 8080, as: gateway),
                Path("sibling through the host", namespaces[1], lan, 8080, as: gateway),
                Path("sibling to the container", namespaces[1], container, 80, as: beside),
                Path("other network through the host", namespaces[2], lan, 8080, as: nil),
                Path("other network to the container", namespaces[2], container, 80, as: nil),
            ], to: server)
        let outside = try TestServer(in: neighbour, port: #require(Port(80)))
        try FirewallScene.walk([Path("egress", namespaces[0], client, 80, as: lan)], to: outside)
    }
}
