// SPDX-License-Identifier: Apache-2.0
import CNetlink
import NetworkTypes
import TestSupport
import Testing

// Requests are looked at as bytes, which only the module itself sees.
@testable import Netlink

/// Requests against annotated bytes. What the bytes mean to a kernel is the business of the other suites.
struct RequestEncodingTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let fixture: String
        let bytes: [UInt8]

        var testDescription: String { fixture }

        init(_ fixture: String, _ build: (inout RouteBatch) -> Void) {
            self.fixture = fixture
            var batch = RouteBatch()
            build(&batch)
            bytes = batch.requests.bytes
        }
    }

    @Test("a request is encoded as its fixture says", arguments: links + addressesAndRoutes + others)
    func encoding(of example: Case) throws {
        #expect(hexadecimal(example.bytes) == hexadecimal(try WireFixture(example.fixture).bytes))
    }

    static let index = InterfaceIndex(rawValue: 7)

    static let links = [
        Case("link-add-bridge.request") { batch in
            let link = NewLink("br0", macAddress: "0a:58:0a:59:00:01", mtu: 1400, isUp: true)
            batch.add(link, BridgeOptions(vlanFiltering: true, vlanDefaultPVID: 1, multicastSnooping: false))
        },
        Case("link-add-veth.request") { batch in
            var peer = NewLink("eth0", macAddress: "0a:58:0a:59:00:02", mtu: 1400)
            peer.namespace = NamespaceDescriptor(rawValue: 5)
            batch.add(NewLink("veth0", mtu: 1400, master: index, isUp: true), VethPeer(peer))
        },
        Case("link-set.request") { batch in
            batch.setLink(
                index, .up, .promiscuous(true), .allMulticast(false), .mtu(9000), .macAddress("0a:58:0a:59:00:02"),
                .transmitQueueLength(500), .master(nil), .alias("web"))
        },
        Case("link-set-down.request") { batch in batch.setLink(named: "veth0", .down) },
        Case("link-rename.request") { batch in batch.renameLink(index, to: "eth0") },
        Case("link-delete.request") { batch in batch.deleteLink(named: "veth0") },
        Case("link-delete-index.request") { batch in batch.deleteLink(index) },
        Case("bridge-port-set.request") { batch in
            batch.setBridgePort(index, BridgePort(hairpin: true, isolated: true, learning: false))
        },
        Case("bridge-vlan-add.request") { batch in
            let vlans = [BridgeVLAN(10, isPVID: true, isUntagged: true), BridgeVLAN(100...199)].compactMap { $0 }
            batch.addBridgeVLANs(vlans, to: index)
        },
        Case("bridge-vlan-delete.request") { batch in
            batch.deleteBridgeVLANs([BridgeVLAN(1)].compactMap { $0 }, from: index, .bridge)
        },
    ]

    static let addressesAndRoutes = [
        Case("address-add-ipv4.request") { batch in
            batch.addAddress("10.89.0.1/24", to: index, .noDuplicateDetection)
        },
        Case("address-add-ipv6.request") { batch in
            batch.addAddress("fd00::1/64", to: index, [.noDuplicateDetection, .noPrefixRoute])
        },
        Case("address-delete.request") { batch in batch.deleteAddress("10.89.0.1/24", from: index) },
        Case("route-add-ipv4.request") { batch in
            batch.addRoute(
                Route(
                    to: "0.0.0.0/0", via: IPAddress("10.89.0.1"), interface: index, source: IPAddress("10.89.0.2"),
                    metric: 100, mtu: 1400, advertisedMSS: 1360, isOnLink: true))
        },
        Case("route-add-ipv6.request") { batch in
            batch.addRoute(
                Route(
                    to: "::1/128", interface: index, type: .local, table: .local, metric: 4096, origin: .static))
        },
        Case("route-append-foreign-gateway.request") { batch in
            batch.appendRoute(
                Route(
                    to: "192.0.2.0/24", via: IPAddress("fe80::1"), interface: index,
                    table: RouteTable(rawValue: 1000)))
        },
        Case("route-delete.request") { batch in batch.deleteRoute(Route(to: "192.0.2.0/24")) },
        Case("rule-add.request") { batch in
            batch.addRule(
                RoutingRule(
                    .ipv4, priority: 100, from: "10.89.0.0/24", incomingInterface: "br0", mark: 0x2000,
                    markMask: 0xff00, table: RouteTable(rawValue: 1000)))
        },
        Case("neighbour-add.request") { batch in
            batch.addNeighbor(Neighbor("fd00::2", on: index, at: "0a:58:0a:59:00:02"))
        },
    ]

    static let others = [
        Case("qdisc-add.request") { batch in batch.addQueueingDiscipline("fq_codel", on: index) },
        Case("conntrack-flush.request") { batch in
            guard let port = Port(53) else { return }
            let filter = ConntrackFilter(.udp, port, .ipv6)
            batch.requests.append(.deleteConntrack, .acknowledge, header: filter.header, filter.command("-D")) {
                filter.encode(into: &$0)
            }
        },
    ]
}

extension RouteBatch {
    /// What ``RouteSocket/addLink(_:_:)`` sends.
    fileprivate mutating func add<Options: LinkOptions>(_ link: NewLink, _ options: Options) {
        submit(.newLink, [.create, .exclusive], header: link.header, link.command(options)) { attributes in
            link.encode(options, into: &attributes)
        }
    }
}
