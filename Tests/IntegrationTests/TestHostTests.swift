// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct TestHostTests {
    @Test("a test case runs in a namespace of its own", .networkNamespace, arguments: 1...2)
    func ownNamespace(round: Int) async throws {
        #expect(try Command.run("ip -oneline link").split(separator: "\n").count == 1)
        try Command.run("ip link add only\(round) type bridge")
        await Task.yield()
        #expect(try Command.run("ip -oneline link").contains("only\(round)"))
        #expect(try NetworkNamespace.current().identity() != NetworkNamespace(path: "/proc/self/ns/net").identity())
    }

    @Test("the neighbour reaches the host", arguments: TestHost.addresses, [L4Protocol.tcp, .udp])
    func neighbourReachesHost(address: IPAddress, transport: L4Protocol) throws {
        let test = try TestHost()
        let port = try #require(Port(8080))
        let server = try TestServer(in: test.host, transport, port: port)
        let seen = try #require(try server.reached(from: test.neighbour, at: address, port: port))
        #expect(TestHost.neighbourAddresses.contains(seen.source))
        #expect(try server.reached(from: test.neighbour, at: address, port: #require(Port(8081)), timeout: 200) == nil)
    }

    @Test("a container reaches its gateway") func containerReachesGateway() throws {
        let test = try TestHost()
        let bridge = try #require(InterfaceName("br0"))
        let gateways = ["10.0.0.1/24", "fd00::1/64"].compactMap { IPPrefix($0) }
        let addresses = ["10.0.0.2/24", "fd00::2/64"].compactMap { IPPrefix($0) }
        try test.addBridge(bridge, gateways: gateways)
        let container = try test.addContainer(on: bridge, port: "veth0", addresses: addresses, gateways: gateways)
        let port = try #require(Port(8080))
        let server = try TestServer(in: test.host, port: port)
        for (gateway, address) in zip(gateways, addresses) {
            #expect(try server.reached(from: container, at: gateway.address, port: port)?.source == address.address)
        }
    }

    @Test("a command that fails says what it printed") func failingCommand() {
        let failure = #expect(throws: Command.Failure.self) { try Command.run("ip link show nosuch") }
        #expect(failure?.description.contains("nosuch") == true)
    }
}
