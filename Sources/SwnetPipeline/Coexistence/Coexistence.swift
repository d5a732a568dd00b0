// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import NFTables
package import NetworkTypes
internal import SwnetState

/// Rules of ours in the filters of other programs.
package struct Coexistence {
    private let network: NetworkName
    private let passages: [Passage]

    /// - Parameter record: Tells what has to pass.
    init(for record: NetworkRecord) {
        network = record.network
        passages = Passage.all(of: record)
    }

    /// Those of `obstacles` that are in the network's way.
    func concerned(_ obstacles: [Obstacle]) -> [Obstacle] { obstacles.filter { !rules(for: $0).isEmpty } }

    /// Whether the network passes already.
    func passes(_ obstacle: Obstacle, _ socket: inout NFTablesSocket) throws(NFTablesError) -> Bool {
        let present = try Self.ownRules(in: obstacle.chain, of: network, &socket).map(\.operands)
        let wanted = rules(for: obstacle).map(\.operands)
        return present.count == wanted.count && wanted.allSatisfy(present.contains)
    }

    /// Lets the network pass: in front of the rule that leads to the drop, so that all that others decided before it
    /// still counts.
    func open(_ obstacle: Obstacle, _ socket: inout NFTablesSocket) throws(NFTablesError) {
        let stale = try Self.ownRules(in: obstacle.chain, of: network, &socket).map {
            NFTables.Operation.deleteRule(chain: $0.chain, handle: $0.handle)
        }
        let added = rules(for: obstacle).map { rule -> NFTables.Operation in
            obstacle.rule.map { .insertRule(rule, before: $0) } ?? .addRule(rule)
        }
        try socket.commit(Transaction(obstacle.chain.table, stale + added))
    }

    private func rules(for obstacle: Obstacle) -> [Rule] { passages.flatMap { $0.rules(for: obstacle.chain) } }

    private static func ownRules(
        in chain: BaseChain, of network: NetworkName, _ socket: inout NFTablesSocket
    ) throws(NFTablesError) -> [ListedRule] {
        let comment = Passage.comment(of: network)
        return try socket.rules(of: chain.table, chain: chain.chain).filter { $0.comment == comment }
    }
}

extension Coexistence {
    /// Removes what lets a network pass from these chains; chains that are gone are fine.
    static func close(
        _ chains: [ForeignChain], to network: NetworkName, _ socket: inout NFTablesSocket
    ) throws(NFTablesError) {
        let comment = Passage.comment(of: network)
        for place in chains {
            guard let family = TableFamily(text: place.family) else { continue }
            let table = Table(family, place.table)
            let own = try socket.rules(of: table, chain: place.chain).filter { $0.comment == comment }
            try socket.commitToleratingMissing(
                Transaction(table, own.map { .deleteRule(chain: $0.chain, handle: $0.handle) }))
        }
    }

    /// The chains of other programs that let networks pass by a rule of ours, and which networks.
    static func places(_ socket: inout NFTablesSocket) throws(NFTablesError) -> [(ForeignChain, NetworkName)] {
        var places: [(ForeignChain, NetworkName)] = []
        for chain in try Obstacle.foreignChains(at: [.forward, .input], &socket) {
            let comments = Set(try socket.rules(of: chain.table, chain: chain.chain).compactMap(\.comment))
            let networks = comments.filter { $0.hasPrefix(Passage.commentPrefix) }
                .compactMap { NetworkName($0.dropFirst(Passage.commentPrefix.count)) }
            places += networks.sorted().map { (Obstacle(chain, rule: nil).place, $0) }
        }
        return places
    }

    /// Removes what lets a network pass wherever it is, for when its record is lost.
    package static func forget(_ network: NetworkName) throws(CNIError) {
        do throws(NFTablesError) {
            var socket = try NFTablesSocket()
            let chains = try places(&socket).filter { $0.1 == network }.map(\.0)
            try close(chains, to: network, &socket)
        } catch { throw CNIError(.nftables(error)) }
    }
}

extension Rule {
    /// What the kernel's listing of the rule compares with.
    fileprivate var operands: [[UInt8]] {
        statements.compactMap { statement in
            switch statement {
            case .equals(_, let value): value
            case .connectionState, .destinationWasTranslated: [0, 0, 0, 0]
            default: nil
            }
        }
    }
}
