// SPDX-License-Identifier: Apache-2.0
package import NFTables

/// Looking at swnet's table without changing anything.
extension FirewallSession {
    /// What is there of the constant rules.
    package enum SkeletonState: Hashable, Sendable {
        case current
        /// Of another version of swnet, or made by hand.
        case outdated
        case missing
    }

    package mutating func skeletonState() throws(FirewallError) -> SkeletonState {
        if try hasSkeleton() { return try hasRules() ? .current : .outdated }
        do throws(NFTablesError) {
            return try socket.table(Firewall.table.family, Firewall.table.name) == nil ? .missing : .outdated
        } catch { throw .nftables(error) }
    }

    /// Every rule, so that a chain which somebody flushed is noticed.
    private mutating func hasRules() throws(FirewallError) -> Bool {
        var expected: [String: Int] = [:]
        for case .addRule(let rule) in Firewall.skeleton().operations { expected[rule.chain, default: 0] += 1 }
        do throws(NFTablesError) {
            let present = Dictionary(grouping: try socket.rules(of: Firewall.table), by: \.chain)
            return expected.allSatisfy { present[$0.key]?.count ?? 0 == $0.value }
        } catch { throw .nftables(error) }
    }

    /// What every set and map of the table holds.
    package mutating func elements() throws(FirewallError) -> [SetDeclaration: [Element]] {
        var elements: [SetDeclaration: [Element]] = [:]
        do throws(NFTablesError) {
            for set in Firewall.variableSets {
                elements[set] = try socket.content(of: set.name, in: Firewall.table).entries.map(\.element)
            }
        } catch { throw .nftables(error) }
        return elements
    }
}
