// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// Type `tuning`, and `sysctls` of type `swnet`.
@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct FeatureTuningTests {
    private static let everything = #"""
        {"type": "tuning", "mac": "02:11:22:33:44:55", "mtu": 1300, "promisc": true, "allmulti": true, "txQLen": 77,
         "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1", "net/core/somaxconn": "77"}}
        """#

    private func plan(_ tuning: String) -> NetworkPlan {
        NetworkPlan(kind: .chain, chained: [NetworkPlan.portmap, tuning])
    }

    /// A network of the same name that has the type `tuning` only, to run that one alone.
    private func tuningAlone(_ host: RuntimeHost, _ tuning: String) throws -> RuntimeNetwork {
        try host.network(#"{"cniVersion": "1.1.0", "name": "net1", "plugins": [\#(tuning)]}"#)
    }

    @Test("every key takes effect, and DEL puts the interface back as it was") func everyKey() throws {
        let host = try RuntimeHost()
        let network = try host.network(plan(Self.everything))
        let sandbox = try TestNamespace()
        let attachment = try network.attach("c1", to: sandbox)
        let shown = try sandbox.run("ip -details link show eth0")
        for part in ["02:11:22:33:44:55", "mtu 1300", "PROMISC", "ALLMULTI", "qlen 77"] {
            #expect(shown.contains(part), "\(part)")
        }
        #expect(try host.host.run("ip link show \(attachment.hostInterface)").contains("mtu 1300"))
        #expect(try sandbox.run("sysctl -n net.ipv4.conf.eth0.arp_filter net.core.somaxconn") == "1\n77\n")
        #expect(attachment.interface?.mac == "02:11:22:33:44:55")
        for gateway in ["10.1.1.1", "fd00:1::1"] { try sandbox.run("ping -c 1 -W 5 \(gateway)") }
        try attachment.check()
        let alone = try tuningAlone(host, Self.everything)
        try host.host.inside { try alone.chain.delete(attachment.attachment, previous: attachment.answer) }
        let restored = try sandbox.run("ip -details link show eth0")
        #expect(restored.contains("mtu 1500") && restored.contains("qlen 1000"))
        for part in ["02:11:22:33:44:55", "PROMISC,", "ALLMULTI"] { #expect(!restored.contains(part), "\(part)") }
        try sandbox.run("ping -c 1 -W 5 10.1.1.1")
        try attachment.detach()
    }

    @Test(
        "CHECK names what drifted",
        arguments: [
            ("link set eth0 address 02:00:00:00:00:01", "MAC"), ("link set eth0 mtu 1299", "MTU"),
            ("link set eth0 promisc off", "promiscuous"), ("link set eth0 allmulticast off", "all-multicast"),
            ("link set eth0 txqueuelen 5", "queue"),
        ])
    func drift(change: String, name: String) throws {
        let host = try RuntimeHost()
        let attachment = try host.network(plan(Self.everything)).attach("c1")
        try attachment.sandbox.ip(change)
        let error = #expect(throws: CNIError.self) { try attachment.check() }
        #expect(error?.message.contains(name) == true)
    }

    @Test("CHECK names a sysctl that drifted") func sysctlDrift() throws {
        let host = try RuntimeHost()
        let attachment = try host.network(plan(Self.everything)).attach("c1")
        try attachment.sandbox.run("sysctl -q net.core.somaxconn=78")
        let error = #expect(throws: CNIError.self) { try attachment.check() }
        #expect(error?.message.contains("somaxconn") == true)
    }

    @Test("args.cni, capability and CNI_ARGS override") func overrides() throws {
        let host = try RuntimeHost()
        let tuning = #"""
            {"type": "tuning", "mtu": 1300, "args": {"cni": {"mtu": 1280, "sysctl": {"net.core.somaxconn": "5"}}},
             "capabilities": {"mac": true}}
            """#
        let attachment = try host.network(plan(tuning)).attach(
            "c1", arguments: "MAC=02:00:00:00:00:07", capabilities: ["mac": "02:00:00:00:00:08"])
        let shown = try attachment.sandbox.run("ip link show eth0")
        #expect(shown.contains("mtu 1280") && shown.contains("02:00:00:00:00:08"))
        #expect(try attachment.sandbox.run("sysctl -n net.core.somaxconn") == "5\n")
    }

    @Test(
        "keys outside net. are refused, and nothing is left",
        arguments: [
            "kernel.hostname", "net.ipv4/../../kernel/hostname", "vm.swappiness",
        ])
    func foreignSysctl(key: String) throws {
        let host = try RuntimeHost()
        let network = try host.network(plan(#"{"type": "tuning", "sysctl": {"\#(key)": "1"}}"#))
        #expect(try network.refusal("c1").code == .invalidConfiguration)
    }

    @Test("the swnet type sets sysctls, before anything in the sandbox could look") func swnetSysctls() throws {
        let host = try RuntimeHost()
        let sysctls =
            #""sysctls": {"net.ipv4.conf.IFNAME.arp_filter": "1", "net.ipv4.ip_unprivileged_port_start": "80"},"#
        let attachment = try host.network(NetworkPlan(kind: .swnet, swnet: sysctls)).attach("c1")
        let values = try attachment.sandbox.run(
            "sysctl -n net.ipv4.conf.eth0.arp_filter net.ipv4.ip_unprivileged_port_start")
        #expect(values == "1\n80\n")
        try attachment.check()
    }

    @Test(
        "the administrator's list decides which keys may be set",
        arguments: [
            ("net.core.somaxconn", true), ("net.ipv4.ip_forward", false),
        ])
    func allowList(key: String, isAllowed: Bool) throws {
        let host = try RuntimeHost()
        // The list lies in /etc, of which the plugin gets one of its own.
        let real = host.runner.scratchPath("real")
        let wrapper = host.runner.pluginDirectory.appending("tuning")
        try Command.run("mkdir \(real)")
        try Command.run("mv \(wrapper) \(real)/tuning")
        let script = """
            #!/bin/sh
            exec unshare --mount --propagation private sh -c 'mount -t tmpfs tmpfs /etc && mkdir -p /etc/cni/tuning &&
            echo "^net.core[.]" > /etc/cni/tuning/allowlist.conf && exec \(real)/tuning'

            """
        try AtomicFile.write(Array(script.utf8), to: wrapper)
        try Command.run("chmod +x \(wrapper)")
        let network = try host.network(plan(#"{"type": "tuning", "sysctl": {"\#(key)": "1"}}"#))
        if isAllowed {
            let attachment = try network.attach("c1")
            #expect(try attachment.sandbox.run("sysctl -n \(key)") == "1\n")
        } else {
            #expect(try network.refusal("c1").message.contains("\(key) is not allowed"))
        }
    }
}
