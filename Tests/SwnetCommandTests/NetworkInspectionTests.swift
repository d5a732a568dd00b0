// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage
internal import TestSupport
internal import Testing
internal import swnet

@Suite struct NetworkInspectionTests {
    private static let time = Timestamp(seconds: 1_763_694_300)

    /// A network with a container, a lease that nobody has any more, and all that swnet did for it.
    private static func inUse() throws -> NetworkInspection {
        let file = try NetworkSamples.mynet()
        var inspection = NetworkInspection(NetworkSummary(file))
        inspection.configuration = file.configuration
        let container = try #require(ContainerID("0123456789abcdef"))
        let interface = try #require(InterfaceName("eth0"))
        var record = EndpointRecord(
            network: file.name, attachment: AttachmentID(container: container, interface: interface),
            sandbox: "/proc/self/ns/net", boot: "now", created: Timestamp(seconds: 1_763_694_000), type: "swnet")
        record.state = .attached
        record.name = "web"
        record.addresses = ["10.89.0.129/24", "fd00:89::2/64"].compactMap { IPPrefix($0) }
        inspection.endpoints = [EndpointView(record, boot: "now")]
        inspection.leases = [
            .init(address: try #require(IPAddress("10.89.0.129")), container: container, interface: interface),
            .init(
                address: try #require(IPAddress("10.89.0.130")), container: ContainerID("gone"), interface: interface),
        ]
        inspection.addresses = AddressUse.all(of: file.configuration, leased: inspection.leases.map(\.address))
        inspection.settings = [.init(key: "net/ipv4/ip_forward", previous: "0", current: "1")]
        inspection.firewall = [
            #"add element inet swnet networks { "sw-mynet" }"#, "add element inet swnet masquerade4 { 10.89.0.129 }",
        ]
        inspection.drift = #"nftables lacks: add element inet swnet networks { "sw-mynet" }"#
        return inspection
    }

    @Test("a network in use, in a pipe and in terminals", arguments: [nil, 80, 120] as [Int?])
    func text(columns: Int?) throws {
        let text = try Self.inUse().text(columns: columns, now: Self.time)
        let name = columns.map { "inspect-\($0)" } ?? "inspect"
        #expect(try text == Golden.text(FilePath("cli/\(name).txt"), updatingTo: text))
        if let columns { #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns }) }
    }

    @Test("a network in use, for programs") func json() throws {
        let text = JSON.object(try Self.inUse().json).text(.indented) + "\n"
        #expect(try text == Golden.text(FilePath("cli/inspect.json"), updatingTo: text))
    }

    @Test("a network of another program, and a built-in one") func others() throws {
        let file = try NetworkSamples.foreign()
        var foreign = NetworkInspection(NetworkSummary(file))
        foreign.configuration = file.configuration
        foreign.addresses = AddressUse.all(of: file.configuration, leased: [])
        let host = try #require(NetworkSummary(.host))
        let text = [foreign, NetworkInspection(host)].map { $0.text(columns: nil, now: Self.time) }.joined(
            separator: "\n")
        #expect(try text == Golden.text(FilePath("cli/inspect-others.txt"), updatingTo: text))
    }

    @Test("addresses that are free: without ends, gateway and what is excluded") func addressUse() throws {
        let file = try NetworkSamples.file(
            "n",
            """
            {"plugins": [{"type": "bridge", "ipam": {"type": "host-local", "ranges": [[
               {"subnet": "10.1.0.0/29"}, {"subnet": "10.2.0.0/24", "rangeStart": "10.2.0.10", "rangeEnd": "10.2.0.19"}],
               [{"subnet": "nonsense"}, {"subnet": "10.3.0.0/32"}]]}},
               {"type": "swnet", "subnets": [{"subnet": "10.4.0.0/28", "exclude": ["10.4.0.8/30", "10.4.0.5"]}]},
               {"type": "other", "ipam": {"type": "dhcp", "subnet": "10.5.0.0/24"}}]}
            """)
        let leased = ["10.1.0.2", "10.1.0.3", "10.2.0.11", "10.9.0.1"].compactMap { IPAddress($0) }
        let use = AddressUse.all(of: file.configuration, leased: leased)
        #expect(use.map(\.subnet.description) == ["10.1.0.0/29", "10.2.0.0/24", "10.4.0.0/28"])
        #expect(use.map(\.usable) == [5, 10, 8])
        #expect(use.map(\.used) == [2, 1, 0])
        #expect(use.map(\.free) == [3, 9, 8])
    }
}
