// SPDX-License-Identifier: Apache-2.0
import NFTables
import SystemPackage
import TestSupport
import Testing

@Suite struct TransactionTests {
    @Test("renders as nft commands") func rendering() throws {
        let text = "\(try Sample.transaction())"
        #expect(try text == Golden.text("nftables/sample.commands.nft", updatingTo: text))
    }
}
