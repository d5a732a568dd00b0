// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import NFTables
internal import NetworkTypes
internal import SwnetState

extension NetworkUpkeep {
    /// Finds what other programs' filters are in the way of a network that needs more than `stored` did, and records
    /// where it will be let pass. Looked for once a network, not once a container.
    func survey(
        _ record: inout NetworkRecord, since stored: NetworkRecord?, _ attachment: Attachment
    ) -> [Obstacle] {
        guard !Passage.all(of: record).isEmpty, record.needsMore(than: stored) else { return [] }
        let coexistence = Coexistence(for: record)
        do throws(CNIError) {
            let obstacles = try attachment.filtering { session throws(FirewallError) in
                do throws(NFTablesError) { return try Obstacle.all(&session.socket) } catch { throw .nftables(error) }
            }
            let concerned = coexistence.concerned(obstacles)
            record.foreignChains += concerned.map(\.place).filter { !record.foreignChains.contains($0) }
            return concerned
        } catch {
            // If that cannot be read, the firewall cannot be changed either, and that will be the error.
            return []
        }
    }

    /// Lets the network pass. An ADD does not fail for what the host's administrator set up.
    func open(_ obstacles: [Obstacle], for record: NetworkRecord, _ attachment: Attachment) {
        let coexistence = Coexistence(for: record)
        for obstacle in obstacles {
            do throws(CNIError) {
                try attachment.filtering { session throws(FirewallError) in
                    do throws(NFTablesError) {
                        if try !coexistence.passes(obstacle, &session.socket) {
                            try coexistence.open(obstacle, &session.socket)
                        }
                    } catch { throw .nftables(error) }
                }
            } catch { attachment.warn("\(Self.advice(obstacle, record)): \(error)") }
        }
    }

    /// What to do when a chain cannot be changed, as that of a firewall which owns its table.
    static func advice(_ obstacle: Obstacle, _ record: NetworkRecord) -> String {
        let bridge = record.bridge?.text ?? "BRIDGE"
        let command =
            obstacle.chain.table.name == "firewalld"
            ? "run 'firewall-cmd --permanent --zone=trusted --add-interface=\(bridge)' and 'firewall-cmd --reload'"
            : "have it accept what comes from and goes to \(bridge)"
        return "\(obstacle) drops traffic of network \(record.network), and rules for it cannot be added: \(command)"
    }

    /// Takes back what lets the network pass. Nothing else depends on it.
    func closePassages(of record: NetworkRecord, _ attachment: Attachment) {
        guard !record.foreignChains.isEmpty else { return }
        do throws(CNIError) {
            try attachment.filtering { session throws(FirewallError) in
                do throws(NFTablesError) {
                    try Coexistence.close(record.foreignChains, to: record.network, &session.socket)
                } catch { throw .nftables(error) }
            }
        } catch { attachment.warn("rules for network \(record.network) in other tables were not removed: \(error)") }
    }
}

extension NetworkRecord {
    /// Whether something has to pass that did not have to.
    fileprivate func needsMore(than stored: NetworkRecord?) -> Bool {
        guard let stored else { return true }
        let bridges = Set(Passage.all(of: self).map(\.bridge))
        return !bridges.isSubset(of: Passage.all(of: stored).map(\.bridge))
            || resolver != nil && stored.resolver == nil || resolver?.port != stored.resolver?.port
    }
}
