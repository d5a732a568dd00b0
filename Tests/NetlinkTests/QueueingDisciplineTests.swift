// SPDX-License-Identifier: Apache-2.0
import Netlink
import NetworkTypes
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs CAP_SYS_ADMIN"))
struct QueueingDisciplineTests {
    private let host: TestNamespace
    private let interface: InterfaceIndex

    init() throws {
        host = try TestNamespace()
        try host.ip("link add veth0 up type veth peer name x")
        var socket = try RouteSocket(in: host.namespace)
        interface = try socket.link(named: "veth0").index
    }

    @Test("a qdisc is added, listed for its interface only, refused twice and deleted")
    func life() throws {
        var socket = try RouteSocket(in: host.namespace)
        let ingress = QueueingDiscipline.ingressParent
        try socket.addQueueingDiscipline("ingress", on: interface, parent: ingress, handle: 0xffff_0000)
        let disciplines = try socket.queueingDisciplines(on: interface)
        #expect(disciplines.contains { $0.kind == "ingress" && $0.parent == ingress && $0.handle == 0xffff_0000 })
        #expect(disciplines.allSatisfy { $0.interface == interface })
        #expect(try host.run("tc qdisc show dev veth0").contains("qdisc ingress ffff:"))
        let loopback = try socket.link(named: "lo").index
        #expect(try socket.queueingDisciplines(on: loopback).allSatisfy { $0.kind == "noqueue" })
        let error = try #require(throws: NetlinkError.self) {
            try socket.addQueueingDiscipline("ingress", on: interface, parent: ingress, handle: 0xffff_0000)
        }
        #expect(error.isAlreadyExists)
        try socket.deleteQueueingDiscipline(on: interface, parent: ingress)
        #expect(try socket.queueingDisciplines(on: interface).allSatisfy { $0.kind != "ingress" })
    }

    @Test("a kind that the kernel lacks, and a qdisc that is not there, are not found")
    func missing() throws {
        var socket = try RouteSocket(in: host.namespace)
        let unknown = try #require(throws: NetlinkError.self) {
            try socket.addQueueingDiscipline("nonsense", on: interface)
        }
        #expect(unknown.isNotFound)
        #expect(unknown.description.hasPrefix("qdisc add dev index \(interface) nonsense: No such file or directory: "))
        let absent = try #require(throws: NetlinkError.self) { try socket.deleteQueueingDiscipline(on: interface) }
        #expect(absent.isNotFound)
    }
}
