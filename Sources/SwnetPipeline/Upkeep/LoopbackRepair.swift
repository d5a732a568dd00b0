// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import NetworkTypes
internal import SwnetState

/// Lets loopback addresses of the host lead to published ports again.
struct LoopbackRepair {
    let networks: [NetworkRecord]
    let endpoints: [EndpointRecord]
    let layout: StateLayout

    func run(_ log: inout UpkeepLog) throws(CNIError) {
        for network in networks {
            for entry in NetworkUpkeep.entries(of: network) where entry.filter.opensLoopback {
                for family in families(of: entry, network.network) {
                    try repair(family, by: entry.filter.bridge, network.network, &log)
                }
            }
        }
    }

    /// In which somebody on the bridge publishes a port at a loopback address.
    private func families(of entry: NetworkUpkeep.Entry, _ network: NetworkName) -> [IPFamily] {
        let filters = endpoints.filter { $0.network == network && entry.concerns($0, [entry.section]) }
            .flatMap { $0.filters(of: [entry.section]) }
        return IPFamily.allCases.filter { family in
            filters.contains { filter in
                filter.addresses.contains { $0.family == family }
                    && filter.published.contains { $0.reachesLoopback(of: family) }
            }
        }
    }

    private func repair(
        _ family: IPFamily, by bridge: InterfaceName, _ network: NetworkName, _ log: inout UpkeepLog
    ) throws(CNIError) {
        let attachment = try Attachment(of: network, layout)
        guard try !LoopbackAccess.isOpen(family, by: bridge, attachment) else { return }
        let place = family == .ipv4 ? "127.0.0.1" : "[::1]"
        log.step(network, "bridge \(bridge)", is: "out of reach from \(place)", toBe: "opened to it") {
            () throws(CNIError) in
            try LoopbackAccess.open(family, by: bridge, attachment)
        }
    }
}
