// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import NFTables
internal import NetworkTypes
internal import SwnetState

/// Lets networks pass the filters of other programs again, or of programs that came later.
struct PassageRepair {
    let networks: [NetworkRecord]
    let layout: StateLayout

    func run(_ log: inout UpkeepLog) throws(CNIError) {
        guard !networks.isEmpty else { return }
        var session = try filtering { () throws(FirewallError) in try FirewallSession(layout) }
        let obstacles = try reading { () throws(NFTablesError) in try Obstacle.all(&session.socket) }
        for network in networks {
            let coexistence = Coexistence(for: network)
            for obstacle in coexistence.concerned(obstacles) {
                let passes = try reading { () throws(NFTablesError) in
                    try coexistence.passes(obstacle, &session.socket)
                }
                if passes { continue }
                log.step(
                    network.network, "\(obstacle)", is: "closed to network \(network.network)", toBe: "opened to it"
                ) {
                    () throws(CNIError) in try open(obstacle, network, &session)
                }
            }
        }
    }

    /// Recorded first, under the network's lock.
    private func open(
        _ obstacle: Obstacle, _ network: NetworkRecord, _ session: inout FirewallSession
    ) throws(CNIError) {
        try Attachment(of: network.network, layout).underLock { _ throws(CNIError) in
            let upkeep = NetworkUpkeep(layout)
            guard var record = try upkeep.stored(network.network) else { return }
            if !record.foreignChains.contains(obstacle.place) {
                record.foreignChains.append(obstacle.place)
                try upkeep.write(record)
            }
            do throws(NFTablesError) {
                try Coexistence(for: record).open(obstacle, &session.socket)
            } catch { throw CNIError(.internalError, "\(NetworkUpkeep.advice(obstacle, record)): \(error)") }
        }
    }

    private func reading<Result>(_ body: () throws(NFTablesError) -> Result) throws(CNIError) -> Result {
        do throws(NFTablesError) { return try body() } catch { throw CNIError(.nftables(error)) }
    }
}
