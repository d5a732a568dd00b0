// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage
internal import Testing
internal import swnet

@Suite struct TargetTests {
    private static func sandbox(_ id: String, _ name: String) throws -> SandboxRecord {
        var record = SandboxRecord(
            id: try #require(ContainerID(id)), name: name, hostname: name, command: ["true"],
            created: Timestamp(seconds: 5), attachments: [])
        record.namespace = "/proc/self/ns/net"
        return record
    }

    private static func endpoint(
        _ id: String, _ name: String?, _ sandbox: String = "/proc/self/ns/net"
    ) throws -> EndpointRecord {
        let attachment = AttachmentID(
            container: try #require(ContainerID(id)), interface: try #require(InterfaceName("eth0")))
        var record = EndpointRecord(
            network: try #require(NetworkName("mynet")), attachment: attachment, sandbox: sandbox, boot: "now",
            created: Timestamp(seconds: 5), type: "swnet")
        record.name = name
        return record
    }

    private static func targets() throws -> Targets {
        Targets(
            sandboxes: [try sandbox("aa11", "web")],
            endpoints: [
                try endpoint("aa11", nil), try endpoint("bb22", "db"), try endpoint("bb33", "cache"),
                try endpoint("cc44", "cache", "/nowhere"), try endpoint("dd55", "twin"), try endpoint("dd66", "twin"),
                try endpoint("ee77", nil),
            ],
            connections: [
                ConnectionRecord(
                    id: try #require(ContainerID("ee77")), name: "late", namespace: "/proc/self/ns/net",
                    identity: NetworkNamespace.Identity(device: 1, inode: 2), created: Timestamp(seconds: 5))
            ], StateLayout())
    }

    @Test(
        "names, ids and beginnings of ids; what exists before what is gone",
        arguments: [
            ("web", "aa11", true), ("aa", "aa11", true), ("db", "bb22", false), ("bb33", "bb33", false),
            ("cache", "bb33", false), ("cc", "cc44", false), ("late", "ee77", false),
        ])
    func found(text: String, id: String, isOurs: Bool) throws {
        let target = try #require(try Self.targets().target(named: text))
        #expect(target.id.text == id && target.isOurs == isOurs)
    }

    @Test("what is nobody's name, and what is the name of several")
    func refused() throws {
        let targets = try Self.targets()
        #expect(try targets.target(named: "nosuch") == nil)
        #expect(try targets.target(named: "") == nil)
        #expect(targets.unknown("wbe").description == "no sandbox or container is named wbe: did you mean web?")
        #expect(
            targets.unknown("zzzzzzzzz").description == "no sandbox or container is named zzzzzzzzz: see 'swnet ps'")
        #expect(throws: Failure("twin may be dd55 or dd66: give more of the id")) {
            try targets.target(named: "twin")
        }
        #expect(throws: Failure("bb may be db or cache: give more of the id")) { try targets.target(named: "bb") }
    }
}
