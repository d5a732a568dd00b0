// SPDX-License-Identifier: Apache-2.0
internal import CNI
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
        var result = CNIResult(addresses: [
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
        #expect(SandboxFiles.resolver(results: [result]) == nil)
        result.dns = CNIResult.DNS(
            nameservers: ["10.89.0.1", "fd00::1"], domain: "a.test", search: [], options: ["ndots:1"])
        let expected = "search a.test\nnameserver 10.89.0.1\nnameserver fd00::1\noptions ndots:1\n"
        #expect(SandboxFiles.resolver(results: [result]) == expected)
    }
}
