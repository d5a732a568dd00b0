// SPDX-License-Identifier: Apache-2.0
import CNI
import NFTables
import NetworkTypes
import SwnetPipeline
import SystemPackage
import TestSupport
import Testing

@Suite struct PortGuardTests {
    private static func portGuard() throws -> PortGuard {
        PortGuard(
            port: try #require(InterfaceName("veth0123abcd")), sender: try #require(MACAddress("0a:58:00:00:00:01")))
    }

    @Test("a guarded port as nft commands") func rendering() throws {
        let subject = try Self.portGuard()
        let text = "# install\n\(subject.installation)# withdraw\n\(subject.withdrawal)"
        #expect(try text == Golden.text("nftables/port-guard.nft", updatingTo: text))
    }

    @Test(
        "a guarded port as the kernel lists it", .networkNamespace,
        .enabled(if: Privileges.canUnshareNetwork, "needs root"))
    func kernel() async throws {
        let subject = try Self.portGuard()
        try subject.install()
        try subject.check()
        try subject.install()
        let listed = try Command.run("nft list ruleset")
        #expect(try listed == Golden.text("nftables/port-guard.list.nft", updatingTo: listed))
        try Command.run("nft flush ruleset")
        try Command.run("nft -f -", input: "\(subject.installation)")
        #expect(try Command.run("nft list ruleset") == listed)
        try subject.withdraw()
        #expect(throws: CNIError.self) { try subject.check() }
        try subject.withdraw()
        try Command.run("nft flush ruleset")
        try subject.withdraw()
    }
}
