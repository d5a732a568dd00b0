// SPDX-License-Identifier: Apache-2.0
import NFTables
import NetworkTypes
import SwnetPipeline
import SwnetState
import SystemPackage
import TestSupport
import Testing

/// swnet's table in a kernel, with nft(8) as the witness.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct FirewallSessionTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private var layout: StateLayout { StateLayout(runDirectory: folder.path.string) }

    @Test("the constant rules load, list readably, reload, and loading them again changes nothing")
    func skeleton() async throws {
        var session = try FirewallSession(layout)
        try session.ensureSkeleton()
        let listed = try Command.run("nft list ruleset")
        #expect(try listed == Golden.text("nftables/skeleton.list.nft", updatingTo: listed))
        try session.ensureSkeleton()
        try session.restoreSkeleton()
        #expect(try Command.run("nft list ruleset") == listed)
        try Command.run("nft flush ruleset")
        try Command.run("nft -f -", input: listed)
        #expect(try Command.run("nft list ruleset") == listed)
        try Command.run("nft flush ruleset")
        try Command.run("nft -f -", input: "\(Firewall.skeleton())")
        #expect(try Command.run("nft list ruleset") == listed)
    }
}
