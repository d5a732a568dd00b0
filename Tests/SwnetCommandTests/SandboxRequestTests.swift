// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import IPAM
internal import JSON
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage
internal import Testing
internal import swnet

@Suite struct SandboxRequestTests {
    private static func list(capabilities: String) throws -> NetworkList {
        let text = """
            {"cniVersion": "1.0.0", "name": "mynet", "plugins": [{"type": "bridge", "capabilities": \(capabilities)}]}
            """
        return try NetworkList(parsing: Array(text.utf8))
    }

    private static func request() throws -> AttachmentRequest {
        var request = AttachmentRequest(name: "web")
        request.ports = [try #require(PortPublication("127.0.0.1:8080-8081:80-81/udp"))]
        request.addresses = [try #require(IPAddress("10.89.0.7"))]
        request.mac = MACAddress("02:00:00:00:00:07")
        return request
    }

    @Test("what a plugin declares goes by capability") func declared() throws {
        let interface = try #require(InterfaceName("eth0"))
        let attachment = try Self.request().attachment(
            to: Self.list(capabilities: #"{"ips": true, "mac": true, "portMappings": true}"#), as: interface)
        #expect(attachment.arguments == "IgnoreUnknown=1;K8S_POD_NAME=web")
        #expect(
            attachment.capabilities == [
                "portMappings": [
                    ["hostPort": 8080, "containerPort": 80, "protocol": "udp", "hostIP": "127.0.0.1"],
                    ["hostPort": 8081, "containerPort": 81, "protocol": "udp", "hostIP": "127.0.0.1"],
                ], "ips": ["10.89.0.7"], "mac": "02:00:00:00:00:07",
            ])
    }

    @Test("what no plugin declares goes by CNI_ARGS", arguments: ["{}", #"{"ips": false}"#])
    func undeclared(capabilities: String) throws {
        let attachment = try Self.request().attachment(
            to: Self.list(capabilities: capabilities), as: #require(InterfaceName("eth0")))
        #expect(attachment.arguments == "IgnoreUnknown=1;K8S_POD_NAME=web;IP=10.89.0.7;MAC=02:00:00:00:00:07")
    }

    @Test("DEL can run from what was stored") func stored() throws {
        let attachment = try Self.request().attachment(
            to: Self.list(capabilities: "{}"), as: #require(InterfaceName("eth0")))
        let list = try NetworkList(parsing: attachment.list.encoded(), directory: "/nowhere")
        #expect(list.name.text == "mynet" && list.plugins.count == 1)
    }

    @Test(
        "where plugins are looked for",
        arguments: [
            ("", "/usr/local/bin/swnet", ["/usr/local/libexec/swnet", "/opt/cni/bin", "/usr/lib/cni"]),
            ("/a::/b", "/x/bin/swnet", ["/a", "/b", "/x/libexec/swnet", "/opt/cni/bin", "/usr/lib/cni"]),
            ("", nil, ["/opt/cni/bin", "/usr/lib/cni"]),
        ] as [(String, String?, [String])])
    func pluginPath(variable: String, program: String?, expected: [String]) {
        let path = PluginPath.directories(variable: variable, program: program.map { FilePath($0) })
        #expect(path.map(\.string) == expected)
    }

    @Test("files that tell about names") func files() throws {
        let result = CNIResult(addresses: [
            CNIResult.Address(try #require(IPPrefix("10.89.0.2/24"))),
            CNIResult.Address(try #require(IPPrefix("fd00::2/64"))),
        ])
        #expect(
            SandboxFiles.hosts(hostname: "web", results: [result]) == """
                127.0.0.1 localhost
                ::1 localhost ip6-localhost ip6-loopback
                10.89.0.2 web
                fd00::2 web

                """)
    }

    private static let host = ResolvConf(Array("search lan\nnameserver 192.0.2.53\noptions edns0\n".utf8))

    @Test("name servers: the person's, else the networks', else the host's") func resolver() {
        let plain = CNIResult()
        let first = CNIResult(
            dns: CNIResult.DNS(nameservers: ["10.89.0.1", "fd00::1"], domain: "a.test", options: ["ndots:1"]))
        let second = CNIResult(
            dns: CNIResult.DNS(nameservers: ["10.90.0.1", "10.89.0.1"], search: ["b.test", "a.test"]))
        func text(_ wanted: SandboxRecord.Resolver = .init(), _ results: CNIResult...) -> String {
            SandboxFiles.resolver(wanted, results: results, host: Self.host)
        }
        #expect(text(.init(), plain) == "search lan\nnameserver 192.0.2.53\noptions edns0\n")
        #expect(
            text(.init(), plain, first) == "search a.test\nnameserver 10.89.0.1\nnameserver fd00::1\noptions ndots:1\n")
        #expect(
            text(.init(), first, second) == """
                search a.test b.test
                nameserver 10.89.0.1
                nameserver fd00::1
                nameserver 10.90.0.1
                options ndots:1

                """)
        var wanted = SandboxRecord.Resolver()
        wanted.nameservers = ["192.0.2.1"]
        #expect(text(wanted, first) == "search a.test\nnameserver 192.0.2.1\noptions ndots:1\n")
        wanted.search = ["c.test"]
        wanted.options = ["timeout:1"]
        #expect(text(wanted, first) == "search c.test\nnameserver 192.0.2.1\noptions timeout:1\n")
    }

    @Test("servers of the host that a sandbox cannot reach are left out") func reachable() {
        let stub = ResolvConf(Array("nameserver 127.0.0.53\nnameserver ::1\nsearch a\n".utf8))
        let mixed = ResolvConf(Array("nameserver 127.0.0.53\nnameserver 192.0.2.1\nnameserver fe80::1%eth0\n".utf8))
        #expect(SandboxFiles.reachable([stub, mixed]).nameservers == ["192.0.2.1"])
        #expect(SandboxFiles.reachable([stub]).nameservers == [])
        #expect(SandboxFiles.reachable([stub]).search == ["a"])
        #expect(SandboxFiles.reachable([]).nameservers == [])
    }

    @Test("aliases go by network, a metric and a lease directory where the network has none") func adapted() throws {
        let text = """
            {"cniVersion": "1.0.0", "name": "mynet", "plugins": [
                {"type": "swnet"}, {"type": "swnet", "priority": 7, "dataDir": "/own"},
                {"type": "bridge", "ipam": {"type": "host-local", "routes": [{"dst": "0.0.0.0/0"}, {"dst": "10.0.0.0/8"}]}}]}
            """
        var request = AttachmentRequest(name: nil)
        request.aliases = ["db"]
        request.metric = 100
        request.leaseDirectory = "/leases"
        let attachment = request.attachment(
            to: try NetworkList(parsing: Array(text.utf8)), as: try #require(InterfaceName("eth1")))
        #expect(attachment.arguments == "IgnoreUnknown=1")
        #expect(attachment.capabilities == ["aliases": ["mynet": ["db"]]])
        let plugins = try #require(attachment.list["plugins"]?.arrayValue)
        #expect(plugins[0] == ["type": "swnet", "priority": 100, "dataDir": "/leases"])
        #expect(plugins[1] == ["type": "swnet", "priority": 7, "dataDir": "/own"])
        let addressing: JSON = [
            "type": "host-local",
            "routes": [["dst": "0.0.0.0/0", "priority": 100], ["dst": "10.0.0.0/8"]], "dataDir": "/leases",
        ]
        #expect(plugins[2].objectValue?["ipam"] == addressing)
    }
}
