// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import SwnetState
import SystemPackage
import Testing

@Suite struct StateLayoutTests {
    @Test func defaultPaths() throws {
        let layout = StateLayout(runDirectory: "", leaseDirectory: nil)
        let network = try #require(NetworkName("my-net"))
        let attachment = AttachmentID(
            container: try #require(ContainerID("c-1")), interface: try #require(InterfaceName("eth-0")))
        #expect(layout.endpoint(attachment, on: network) == "/run/swnet/endpoints/my-net/c-1:eth-0.json")
        #expect(layout.network(network) == "/run/swnet/networks/my-net.json")
        #expect(layout.lock(of: network) == "/run/swnet/locks/network-my-net.lock")
        #expect(layout.skeletonLock == "/run/swnet/locks/skeleton.lock")
        #expect(layout.leaseDirectory == "/var/lib/cni/networks")
        #expect(layout.configuration(of: network, number: 7) == "/etc/cni/net.d/07-my-net.conflist")
        #expect(layout.configuration(of: network, number: 87) == "/etc/cni/net.d/87-my-net.conflist")
    }

    @Test func longNamesFit() throws {
        let layout = StateLayout(runDirectory: "/r")
        let network = try #require(NetworkName(String(repeating: "n", count: 200)))
        let container = try #require(ContainerID(String(repeating: "c", count: 4000)))
        let attachment = AttachmentID(container: container, interface: try #require(InterfaceName("eth0")))
        let longest = layout.endpoint(attachment, on: network).components.map(\.string.utf8.count).max()
        #expect(longest == 205)
        #expect(layout.network(network).components.allSatisfy { $0.string.utf8.count <= 213 })
    }
}
