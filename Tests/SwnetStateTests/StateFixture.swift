// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import NetworkTypes
import SwnetState
import SystemPackage
import TestSupport
import Testing

/// State directories of the test's own, and short ways to the values that fill them.
struct StateFixture {
    let root: TemporaryDirectory
    let layout: StateLayout

    init() throws {
        root = try TemporaryDirectory()
        layout = StateLayout(
            runDirectory: root.path.appending("run").string, leaseDirectory: root.path.appending("leases").string,
            configurationDirectory: root.path.appending("net.d").string)
    }

    var endpoints: EndpointStore { EndpointStore(layout) }
    var networks: NetworkStateStore { NetworkStateStore(layout) }

    /// A sandbox that exists.
    var sandbox: String { root.path.string }

    func record(_ container: String, _ interface: String = "eth0", on network: String = "n1") throws -> EndpointRecord {
        EndpointRecord(
            network: try name(network), attachment: try attachment(container, interface), sandbox: sandbox,
            boot: "boot-1", created: Timestamp(seconds: 1_700_000_000), type: "bridge")
    }

    /// A record with every field set.
    func fullRecord() throws -> EndpointRecord {
        var record = try record("0123456789abcdef")
        record.state = .attached
        record.name = "web"
        record.aliases = ["www", "front"]
        record.bridge = InterfaceName("swnet0")
        record.hostInterface = InterfaceName("veth0")
        record.mac = MACAddress("0a:58:0a:59:00:02")
        record.addresses = try ["10.89.0.2/24", "fd00::2/64"].map { try #require(IPPrefix($0)) }
        record.gateways = try ["10.89.0.1", "fd00::1"].map { try #require(IPAddress($0)) }
        record.ports = [try port(8080, 80), try port(53, 53, .udp, at: "127.0.0.1")]
        record[stage: "bridge"] = ["created": true]
        record[stage: "portmap"] = ["ports": [1, 2]]
        return record
    }

    func port(
        _ host: Int, _ container: Int, _ transport: L4Protocol = .tcp, at address: String? = nil
    ) throws -> PublishedPort {
        PublishedPort(
            hostAddress: address.flatMap { IPAddress($0) }, hostPort: try #require(Port(host)),
            containerPort: try #require(Port(container)), transport: transport)
    }

    func write(_ record: EndpointRecord) throws {
        try endpoints.withExclusiveLock(of: record.network) { endpoints throws(StateError) in
            try endpoints.write(record)
        }
    }

    func attachment(_ container: String, _ interface: String = "eth0") throws -> AttachmentID {
        AttachmentID(
            container: try #require(ContainerID(container)), interface: try #require(InterfaceName(interface)))
    }

    func name(_ text: String) throws -> NetworkName { try #require(NetworkName(text)) }
}
