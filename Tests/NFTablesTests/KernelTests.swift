// SPDX-License-Identifier: Apache-2.0
import NFTables
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// What a kernel makes of transactions, with nft(8) as the witness.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct KernelTests {
    @Test("nft lists what was committed, and its listing loads again") func listing() async throws {
        var socket = try NFTablesSocket()
        try socket.commit(Sample.transaction())
        let listed = try Command.run("nft list ruleset")
        #expect(try listed == Golden.text("nftables/sample.list.nft", updatingTo: listed))
        try Command.run("nft flush ruleset")
        try Command.run("nft -f -", input: listed)
        #expect(try Command.run("nft list ruleset") == listed)
    }

    @Test("the text of a transaction does the same as its batch") func renderingEqualsLowering() async throws {
        let transaction = try Sample.transaction()
        var socket = try NFTablesSocket()
        try socket.commit(transaction)
        let committed = try Command.run("nft list ruleset")
        try Command.run("nft flush ruleset")
        try Command.run("nft -f -", input: "\(transaction)")
        #expect(try Command.run("nft list ruleset") == committed)
    }
}
