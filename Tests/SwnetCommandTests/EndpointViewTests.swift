// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage
internal import TestSupport
internal import Testing
internal import swnet

@Suite struct EndpointViewTests {
    private static func record(_ container: String, sandbox: String = "/proc/self/ns/net") throws -> EndpointRecord {
        let attachment = AttachmentID(
            container: try #require(ContainerID(container)), interface: try #require(InterfaceName("eth0")))
        var record = EndpointRecord(
            network: try #require(NetworkName("mynet")), attachment: attachment, sandbox: sandbox, boot: "now",
            created: Timestamp(seconds: 1_763_694_000), type: "swnet")
        record.state = .attached
        record.addresses = ["10.89.0.2/24", "fd00::2/64"].compactMap { IPPrefix($0) }
        record.mac = MACAddress("02:00:00:00:00:01")
        return record
    }

    @Test("the list of attached containers") func table() throws {
        var web = try Self.record("aaaaaaaaaaaaaaaa")
        web.name = "web"
        web.ports = [
            PublishedPort(hostPort: try #require(Port(8080)), containerPort: try #require(Port(80)), transport: .tcp)
        ]
        var young = try Self.record("bbbbbbbbbbbbbbbb")
        young.state = .attaching
        young.addresses = []
        let lost = try Self.record("cccccccccccccccc", sandbox: "/nowhere")
        let views = [web, young, lost].map { EndpointView($0, boot: "now") }
        let text = views.table(now: Timestamp(seconds: 1_763_694_300)).text
        #expect(try text == Golden.text("cli/ps.txt", updatingTo: text))
        let json = JSON.array(views.map(\.json)).text(.indented) + "\n"
        #expect(try json == Golden.text("cli/ps.json", updatingTo: json))
    }

    @Test("the list fits a terminal, and is whole where there is none", arguments: [nil, 80, 120] as [Int?])
    func widths(columns: Int?) throws {
        var proxy = try Self.record("dddddddddddddddd")
        proxy.name = "reverse-proxy-of-the-shop"
        proxy.ports = try [80, 443, 8443].map {
            PublishedPort(
                hostAddress: IPAddress("192.0.2.10"), hostPort: try #require(Port($0)),
                containerPort: try #require(Port($0 + 1000)), transport: .tcp)
        }
        var plain = try Self.record("aaaaaaaaaaaaaaaa")
        plain.name = "web"
        let views = [proxy, plain].map { EndpointView($0, boot: "now") }
        let text = views.table(now: Timestamp(seconds: 1_763_694_300)).text(columns: columns)
        if let columns {
            for line in text.split(separator: "\n") { #expect(line.count <= columns) }
        }
        let name = columns.map { "ps-\($0)" } ?? "ps-whole"
        #expect(try text == Golden.text(FilePath("cli/\(name).txt"), updatingTo: text))
    }

    @Test("filters: alternatives of one key, all keys") func selections() throws {
        var web = try Self.record("aaaa")
        web.name = "web"
        let view = EndpointView(web, boot: "now")
        func fits(_ texts: String...) throws -> Bool {
            try texts.map { try #require(EndpointSelection($0)) }.includes(view)
        }
        #expect(try fits())
        #expect(try fits("name=eb", "id=aa", "network=mynet", "condition=up", "address=10.89.0.2"))
        #expect(try fits("name=x", "name=web"))
        for text in ["name=y", "id=b", "network=my", "condition=gone", "address=10.89.0.3"] {
            #expect(try !fits(text))
        }
        #expect(EndpointSelection("nosuch=1") == nil)
    }

    @Test("what the CNI library remembers of an attachment by others") func cached() throws {
        let text = """
            {"kind": "cniCacheV1", "containerId": "abc", "ifName": "eth0", "networkName": "podman",
             "cniArgs": [["IgnoreUnknown", "1"], ["K8S_POD_NAME", "db"]],
             "capabilityArgs": {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]},
             "result": {"cniVersion": "0.4.0", "ips": [{"address": "10.88.0.2/16", "version": "4", "interface": 2}],
                "interfaces": [{"name": "cni-podman0", "mac": "02:00:00:00:00:01"},
                    {"name": "veth1", "mac": "02:00:00:00:00:02"},
                    {"name": "eth0", "mac": "02:00:00:00:00:03", "sandbox": "/proc/self/ns/net"}]}}
            """
        let view = try #require(
            EndpointView(cached: try JSONObject(parsing: Array(text.utf8)), since: Timestamp(seconds: 5)))
        #expect(view.condition == .foreign && view.name == "db" && view.mac == "02:00:00:00:00:03")
        #expect(view.ports.text == "8080->80/tcp" && view.addresses.map(\.description) == ["10.88.0.2/16"])
        #expect(EndpointView(cached: ["kind": "other"], since: Timestamp(seconds: 5)) == nil)
    }

    @Test("an endpoint of an earlier boot is gone") func earlierBoot() throws {
        #expect(EndpointView(try Self.record("a"), boot: "later").condition == .gone)
    }

    @Test("a sandbox on foreign plugins is shown by the result of its ADD") func foreign() throws {
        let network = try #require(NetworkName("other"))
        let interface = try #require(InterfaceName("eth1"))
        let list: JSONObject = ["name": "other"]
        let mapping: JSON = ["hostPort": 1, "containerPort": 2, "protocol": "udp", "hostIP": "127.0.0.1"]
        var attachment = SandboxRecord.Attachment(
            network: network, interface: interface, list: list, arguments: "",
            capabilities: ["portMappings": [mapping]])
        let record = SandboxRecord(
            id: try #require(ContainerID("abc")), name: "web", hostname: "web", command: ["true"],
            created: Timestamp(seconds: 5), attachments: [attachment])
        #expect(EndpointView(record, attachment, sandbox: "/x", isGone: false).condition == .attaching)
        attachment.result = [
            "cniVersion": "1.0.0", "interfaces": [["name": "eth1", "mac": "02:00:00:00:00:02", "sandbox": "/x"]],
            "ips": [["address": "10.1.0.2/24", "interface": 0]],
        ]
        let view = EndpointView(record, attachment, sandbox: "/x", isGone: false)
        #expect(view.condition == .up)
        #expect(view.addresses.map(\.description) == ["10.1.0.2/24"])
        #expect(view.mac == "02:00:00:00:00:02")
        #expect(view.ports.text == "127.0.0.1:1->2/udp")
        #expect(EndpointView(record, attachment, sandbox: "/x", isGone: true).condition == .gone)
    }
}
