// SPDX-License-Identifier: Apache-2.0
import NFTables
import NetworkTypes
import SwnetPipeline
import SwnetState
import SystemPackage
import TestSupport
import Testing

@Suite struct FirewallTests {
    @Test("the constant rules as nft commands") func skeleton() throws {
        let text = "\(Firewall.skeleton())"
        #expect(try text == Golden.text("nftables/skeleton.commands.nft", updatingTo: text))
    }

    @Test("a network's elements", arguments: NetworkFilter.Ingress.allCases, [true, false])
    func network(ingress: NetworkFilter.Ingress, isOpen: Bool) throws {
        let filter = NetworkFilter(
            bridge: try #require(InterfaceName("br0")),
            subnets: ["10.89.0.0/24", "fd00::/64"].compactMap { IPPrefix($0) }, ingress: ingress,
            interContainer: isOpen ? .open : .isolated, guardsLoopback: true)
        let text = """
            # install
            \(Transaction(Firewall.table, filter.install()))# withdraw
            \(Transaction(Firewall.table, filter.withdraw()))
            """
        let file = FilePath("nftables/network-\(ingress.rawValue)-\(isOpen ? "open" : "isolated").nft")
        #expect(try text == Golden.text(file, updatingTo: text))
    }

    @Test("an attachment's elements") func endpoint() throws {
        let addresses = ["10.89.0.2", "fd00::2", "10.89.0.3"].compactMap { IPAddress($0) }
        let fixed = try #require(IPAddress("192.0.2.7"))
        let published = try [
            PublishedPort(hostPort: port(8080), containerPort: port(80), transport: .tcp),
            PublishedPort(hostAddress: IPAddress("::"), hostPort: port(53), containerPort: port(53), transport: .udp),
            PublishedPort(
                hostAddress: IPAddress("127.0.0.1"), hostPort: port(443), containerPort: port(8443),
                transport: .tcp),
            PublishedPort(
                hostAddress: IPAddress("2001:db8::1"), hostPort: port(9), containerPort: port(9), transport: .sctp),
        ]
        let filters = [
            EndpointFilter(addresses: addresses, egress: .masquerade),
            EndpointFilter(addresses: addresses, egress: .fixed([fixed])),
            EndpointFilter(addresses: addresses, published: published, hairpin: .masqueraded, owner: "net/web/eth0"),
            EndpointFilter(addresses: addresses, published: [published[0]], masqueradesAll: true),
            EndpointFilter(addresses: [addresses[1]], published: [published[2]], hairpin: .masqueraded),
        ]
        let text = filters.map { "# next\n\(Transaction(Firewall.table, $0.install()))" }.joined()
        #expect(try text == Golden.text("nftables/endpoint.nft", updatingTo: text))
        #expect(
            published.map(\.description) == ["8080/tcp", "[::]:53/udp", "127.0.0.1:443/tcp", "[2001:db8::1]:9/sctp"])
    }

    private func port(_ number: Int) throws -> Port { try #require(Port(number)) }
}
