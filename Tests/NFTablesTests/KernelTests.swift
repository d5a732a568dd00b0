// SPDX-License-Identifier: Apache-2.0
import NFTables
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

/// What a kernel makes of transactions, with nft(8) as the witness.
@Suite(.networkNamespace, .enabled(if: Privileges.canUnshareNetwork, "needs root")) struct KernelTests {
    private let address = IPv4Address(10, 0, 0, 2)

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

    @Test("what was made can be emptied and deleted") func emptyingAndDeleting() async throws {
        var socket = try NFTablesSocket()
        try socket.commit(Sample.transaction())
        try socket.commit(
            Transaction(
                Sample.table,
                [
                    .flush(.table), .flush(Sample.policies), .delete(.chain(Sample.strict)), .flush(Sample.bridges),
                    .delete(.set(Sample.bridges.declaration)), .flush(Sample.passing),
                ]))
        let listed = try Command.run("nft list ruleset")
        #expect(!listed.contains("strict") && !listed.contains("set bridges") && !listed.contains("iifname"))
        #expect(listed.contains("set pairs"))
        try socket.commit(Transaction(Sample.table, [.delete(.table)]))
        #expect(try Command.run("nft list ruleset") == "")
    }

    @Test("everything that was refused is named, and nothing is changed") func attribution() async throws {
        var socket = try NFTablesSocket()
        try socket.commit(Sample.transaction())
        let before = try Command.run("nft list ruleset")
        let taken = Concat(L4Protocol.tcp, try port(8080))
        let transaction = Transaction(
            Sample.table,
            [
                Sample.sources.add(address, address), Sample.ports.create(taken, Concat(address, try port(80))),
                Sample.marks.add(Mark(7)), Sample.sources.delete(IPv4Address(10, 9, 9, 9)),
            ])
        let error = try #require(throws: NFTablesError.self) { try socket.commit(transaction) }
        #expect(error.failedIndices == [1, 3])
        #expect(error.failures.map(\.errno) == [.fileExists, .noSuchFileOrDirectory])
        #expect(error.isAlreadyExists && error.isNotFound && !error.isPermissionDenied && !error.isNotSupported)
        #expect(
            "\(error)"
                == "create element inet sample ports { tcp . 8080 : 10.0.0.2 . 80 }: File exists (and 1 more)")
        #expect(try Command.run("nft list ruleset") == before)
    }

    @Test("a refusal comes with the kernel's words, when it has any") func kernelText() async throws {
        var socket = try NFTablesSocket()
        let long = Chain(String(repeating: "x", count: 300))
        let transaction = Transaction(Table(.inet, "t"), [.add(.table), .add(long)])
        let error = try #require(throws: NFTablesError.self) { try socket.commit(transaction) }
        #expect(error.failures.first?.message == "Attribute failed policy validation")
        #expect("\(error)".hasSuffix(": Numerical result out of range: Attribute failed policy validation"))
    }

    @Test("what stays in use is refused when the deadline is over") func busy() async throws {
        var socket = try NFTablesSocket()
        try socket.commit(Sample.transaction())
        let deletion = Transaction(Sample.table, [.delete(.chain(Sample.strict))])
        let error = try #require(throws: NFTablesError.self) { try socket.commit(deletion, deadline: 20) }
        #expect(error.failures.map(\.errno) == [.resourceBusy])
        #expect("\(error)" == "delete chain inet sample strict: Device or resource busy")
    }

    @Test("a missing table refuses every operation") func missingTable() async throws {
        var socket = try NFTablesSocket()
        let transaction = Transaction(Sample.table, [Sample.marks.add(Mark(1)), Sample.marks.add(Mark(2))])
        let error = try #require(throws: NFTablesError.self) { try socket.commit(transaction) }
        #expect(error.isNotFound && error.failedIndices == [0, 1])
    }

    @Test("deletions of what is gone are passed over") func missingDeletions() async throws {
        var socket = try NFTablesSocket()
        let gone = Transaction(
            Sample.table, [Sample.marks.delete(Mark(1)), Sample.marks.delete(contentsOf: [Mark(2), Mark(3)])])
        #expect(try socket.commitToleratingMissing(gone).count == 3)
        try socket.commit(Transaction(Sample.table, [.add(.table), .add(Sample.marks), .add(Sample.sources)]))
        try socket.commit(Transaction(Sample.table, [Sample.marks.add(contentsOf: [Mark(1), Mark(3), Mark(4)])]))
        #expect(try socket.commitToleratingMissing(gone) == [Sample.marks.delete(Mark(2))])
        #expect(try socket.contains(Mark(4), in: Sample.marks, of: Sample.table))
        #expect(try !socket.contains(Mark(3), in: Sample.marks, of: Sample.table))
        let refused = Transaction(
            Sample.table, [Sample.marks.delete(Mark(9)), Sample.ports.create(try key(), try target())])
        let error = try #require(throws: NFTablesError.self) { try socket.commitToleratingMissing(refused) }
        #expect(error.failedIndices == [0, 1], "the map to add to does not exist, and that is no deletion")
    }

    @Test("more elements than fit a message, or replies than fit a queue") func manyElements() async throws {
        var socket = try NFTablesSocket()
        let marks = (0..<10_000).map { Mark($0) }
        try socket.commit(
            Transaction(Sample.table, [.add(.table), .add(Sample.marks), Sample.marks.add(contentsOf: marks)]))
        #expect(try Command.run("nft list ruleset").split(separator: ",").count == 10_000)
        let one = Transaction(Sample.table, marks.map { Sample.marks.delete($0) })
        try socket.commit(one)
        #expect(try !socket.contains(Mark(9_999), in: Sample.marks, of: Sample.table))
        let error = try #require(throws: NFTablesError.self) { try socket.commit(one) }
        #expect(error.failures.count == 10_000)
        #expect(try socket.commitToleratingMissing(one).count == 10_000)
    }

    @Test("reads what there is, one thing at a time") func reading() async throws {
        var socket = try NFTablesSocket()
        #expect(try socket.table(.inet, "sample") == nil)
        #expect(try !socket.contains(Mark(1), in: Sample.marks, of: Sample.table))
        try socket.commit(Sample.transaction())
        #expect(try socket.table(.inet, "sample") == Sample.table)
        #expect(try socket.table(.ipv4, "sample") == nil)
        let br0 = try #require(InterfaceName("br0"))
        let policy = try #require(try socket.entry(of: br0, in: Sample.policies, of: Sample.table))
        #expect(policy.value == .jump("strict") && policy.comment == "strict")
        let published = try #require(try socket.entry(of: key(), in: Sample.ports, of: Sample.table))
        #expect(try published.value == target() && published.comment == "net/web/eth0")
        let subnet = Concat(IPv4Address(10, 0, 0, 0), IPv4Address(10, 0, 0, 0))
        #expect(try socket.contains(Concat(address, address), in: Sample.networks, of: Sample.table))
        let range = try socket.element(
            Concat(address, address).datumBytes, in: Sample.networks.declaration, of: Sample.table)
        #expect(range?.key == subnet.datumBytes && range?.comment == "one subnet")
        #expect(range?.lastKey == [10, 0, 0, 255, 10, 0, 0, 255])
    }

    @Test("lists base chains of every program") func baseChains() async throws {
        var socket = try NFTablesSocket()
        #expect(try socket.baseChains() == [])
        try socket.commit(Sample.transaction())
        try Command.run("nft add table ip other")
        try Command.run("nft -f -", input: "add chain ip other in { type filter hook input priority 5; policy drop; }")
        try Command.run("nft -f -", input: "add table arp a; add chain arp a i { type filter hook input priority 0; }")
        let chains = try socket.baseChains()
        #expect(chains.count == 6)
        let foreign = try #require(chains.first { $0.chain == "in" })
        #expect(foreign.table == Table(.ipv4, "other"))
        #expect(foreign.base == .init(.filter, .input, Priority(rawValue: 5), .drop))
        let own = try #require(chains.first { $0.chain == "leaving" })
        #expect(own.table == Table(.inet, "sample"))
        #expect(own.base == Sample.leaving.base)
    }

    private func port(_ number: Int) throws -> Port { try #require(Port(number)) }
    private func key() throws -> Concat<L4Protocol, Port> { Concat(.tcp, try port(8080)) }
    private func target() throws -> Concat<IPv4Address, Port> { Concat(address, try port(8080)) }
}
