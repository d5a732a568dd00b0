// SPDX-License-Identifier: Apache-2.0
package import NFTables
package import SwnetState

/// A base chain of another program that drops what none of its rules tells apart. An accept in our table does not help
/// against that.
///
/// Rules that drop only some packets are somebody's decision about these, and no obstacle.
package struct Obstacle: Hashable, Sendable {
    package let chain: BaseChain
    /// The first rule of the chain that leads to the drop, by its number; nil when it is the chain's policy.
    package let rule: UInt64?

    package init(_ chain: BaseChain, rule: UInt64?) {
        self.chain = chain
        self.rule = rule
    }

    var place: ForeignChain {
        ForeignChain(family: chain.table.family.text, table: chain.table.name, chain: chain.chain)
    }
}

extension Obstacle: CustomStringConvertible {
    package var description: String { "\(place)" }
}

extension ForeignChain: CustomStringConvertible {
    package var description: String { "chain \(chain) of table \(family) \(table)" }
}

extension Obstacle {
    /// Those on the way of forwarded packets and of packets to the host.
    package static func all(
        at hooks: Set<Hook> = [.forward, .input], _ socket: inout NFTablesSocket
    ) throws(NFTablesError) -> [Obstacle] {
        var obstacles: [Obstacle] = []
        for chain in try foreignChains(at: hooks, &socket) {
            var budget = chainBudget
            switch try fate(of: chain.chain, in: chain.table, &budget, &socket) {
            case .dropped(let rule): obstacles.append(Obstacle(chain, rule: rule))
            case .undecided where chain.base.policy == .drop: obstacles.append(Obstacle(chain, rule: nil))
            case .accepted, .undecided: break
            }
        }
        return obstacles
    }

    /// Filters of the IP layer that are not swnet's.
    static func foreignChains(
        at hooks: Set<Hook>, _ socket: inout NFTablesSocket
    ) throws(NFTablesError) -> [BaseChain] {
        try socket.baseChains().filter { chain in
            chain.base.kind == .filter && hooks.contains(chain.base.hook)
                && [.ipv4, .ipv6, .inet].contains(chain.table.family)
                && chain.table != Table(Firewall.table.family, Firewall.table.name)
        }
    }

    /// What happens to a packet that no rule tells apart.
    private enum Fate {
        case undecided
        case accepted
        /// By this rule of the chain, or behind it.
        case dropped(by: UInt64)
    }

    /// How many chains are read at most; there are no more on the way of every packet.
    private static var chainBudget: Int { 32 }

    private static func fate(
        of chain: String, in table: Table, _ budget: inout Int, _ socket: inout NFTablesSocket
    ) throws(NFTablesError) -> Fate {
        guard budget > 0 else { return .undecided }
        budget -= 1
        for rule in try socket.rules(of: table, chain: chain) where !rule.isConditional {
            switch rule.decision {
            case nil: continue
            case .accept: return .accepted
            case .drop: return .dropped(by: rule.handle)
            case .return: return .undecided
            case .jump(let next), .goto(let next):
                switch try fate(of: next, in: table, &budget, &socket) {
                case .accepted: return .accepted
                case .dropped: return .dropped(by: rule.handle)
                case .undecided:
                    if case .goto = rule.decision { return .undecided }
                }
            }
        }
        return .undecided
    }
}
