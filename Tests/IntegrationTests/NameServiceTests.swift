// SPDX-License-Identifier: Apache-2.0
import Glibc
import LinuxSystem
import NetworkTypes
import SwnetState
import SystemPackage
import TestSupport
import Testing

/// The resolver as a process: who starts it, what ends it, and what cannot.
@Suite(.networkNamespace) struct NameServiceTests {
    @Test("kill -9, then an ADD: everybody is answered again") func killed() throws {
        let scene = try NameScene()
        let network = try scene.network()
        let first = try network.attach("c1", arguments: "K8S_POD_NAME=c1")
        let process = try #require(try scene.resolverID)
        scene.kill(process)
        #expect(try scene.waitUntilResolverIsGone())
        let second = try network.attach("c2", arguments: "K8S_POD_NAME=c2")
        #expect(try scene.resolverID != process)
        #expect(try scene.ask(second, "c1").data == ["\(first.addresses[0])"])
        #expect(try scene.ask(first, "c2").data == ["\(second.addresses[0])"])
        // DEL does without one.
        scene.kill(try scene.resolverID)
        try second.detach()
        try first.detach()
    }

    @Test("one that is ended and started again knows everything", arguments: [SIGTERM, SIGKILL])
    func restarted(signal: Int32) throws {
        let scene = try NameScene()
        let resolver = try scene.startResolver()
        let container = try scene.network().attach("c1", arguments: "K8S_POD_NAME=c1")
        resolver.signal(signal)
        #expect(resolver.waitForEnd() == (signal == SIGTERM ? 0 : -1))
        let next = try scene.startResolver()
        #expect(try scene.ask(container, "c1").data == ["\(container.addresses[0])"])
        extendLifetime(next)
    }

    @Test("there is one for each state directory, and it goes with the last container") func one() throws {
        let scene = try NameScene()
        let networks = [try scene.network(1), try scene.network(2)]
        let resolver = try scene.startResolver()
        let another = try BackgroundProgram(
            [
                try #require(scene.host.runner.programDirectory).appending("swnet-dns").string, "--state-dir",
                scene.layout.runDirectory.string,
            ], in: scene.host.host)
        #expect(another.waitForEnd() == 0)
        let containers = try networks.map { try $0.attach("c1") }
        #expect(try scene.resolverID == resolver.processID)
        try containers[0].detach()
        #expect(try scene.resolverID == resolver.processID)
        try containers[1].detach()
        #expect(resolver.waitForEnd() == 0)
    }

    @Test("it has no rights but for its port, and belongs to nobody who started it") func privileges() throws {
        let scene = try NameScene()
        _ = try scene.network().attach("c1")
        let process = try #require(try scene.resolverID)
        let status = String(decoding: try File.read(FilePath("/proc/\(process)/status")), as: UTF8.self)
        var fields: [String: String] = [:]
        for line in status.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            fields[String(words[0].dropLast())] = words.dropFirst().joined(separator: " ")
        }
        #expect(fields["Uid"] == "65534 65534 65534 65534" && fields["Gid"] == "65534 65534 65534 65534")
        for set in ["CapPrm", "CapEff", "CapBnd"] { #expect(fields[set] == "0000000000000400", "\(set)") }
        #expect(fields["NoNewPrivs"] == "1" && fields["Seccomp"] == "2" && fields["Groups"] == "")
        #expect(getsid(process) == process && getpgid(process) != getpgid(0))
    }

    @Test(
        "another program has port 53", arguments: [[], ["--listen-address=10.1.1.1,fd00:1::1", "--bind-interfaces"]])
    func takenPort(options: [String]) throws {
        let scene = try NameScene()
        let gateways = ["10.1.1.1/24", "fd00:1::1/64"].compactMap { IPPrefix($0) }
        try scene.host.machine.addBridge(try #require(InterfaceName("br1")), gateways: gateways)
        let other = try BackgroundProgram(
            [
                "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
                "--pid-file=", "--address=/#/203.0.113.66",
            ] + options, in: scene.host.host)
        #expect(
            try NameScene.wait { try scene.ask(from: scene.host.host, gateways[0].address, "up").status != "none" })
        let network = try scene.network()
        let (first, second) = (try network.attach("c0"), try network.attach("c1", arguments: "K8S_POD_NAME=c1"))
        for gateway in gateways.map(\.address) {
            for option in ["+notcp", "+tcp"] {
                let answer = try scene.ask(first, "c1", at: gateway, option)
                #expect(answer.data == ["\(second.addresses[0])"], "\(gateway) \(option)")
            }
        }
        // What leads there survives a restart, and goes with the network.
        scene.kill(try scene.resolverID)
        #expect(try scene.waitUntilResolverIsGone())
        let third = try network.attach("c2")
        #expect(try scene.ask(first, "c1").data == ["\(second.addresses[0])"])
        let redirects = {
            try scene.host.host.run("nft list ruleset").split(separator: "\n").count { $0.contains(" . 53 :") }
        }
        #expect(try redirects() > 0)
        for container in [first, second, third] { try container.detach() }
        #expect(try redirects() == 0)
        // The other program was never in the way of anybody else.
        #expect(try scene.ask(from: scene.host.host, gateways[0].address, "else").data == ["203.0.113.66"])
        extendLifetime(other)
    }
}
