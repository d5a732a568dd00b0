// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// The records of networks in use, a file each. Readers never lock; writers hold the network's lock.
package struct NetworkStateStore: Sendable {
    /// Every record, and why some files are none.
    package struct Listing: Sendable {
        package var networks: [NetworkRecord] = []
        package var failures: [StateError] = []

        /// The other networks whose endpoints are on this bridge.
        package func sharing(bridge: InterfaceName, with network: NetworkName) -> [NetworkName] {
            networks.filter { $0.network != network && $0.bridge == bridge }.map(\.network)
        }

        /// The other networks that use an address of `subnet`.
        package func sharing(subnet: IPPrefix, with network: NetworkName) -> [NetworkName] {
            networks.filter { $0.network != network && $0.subnets.contains { $0.overlaps(subnet) } }.map(\.network)
        }
    }

    private let layout: StateLayout

    package init(_ layout: StateLayout) { self.layout = layout }

    /// Nil when the network is not in use.
    package func read(_ network: NetworkName) throws(StateError) -> NetworkRecord? {
        try RecordFile.read(layout.network(network), version: NetworkRecord.version) { object throws(JSONError) in
            try NetworkRecord(object)
        }
    }

    package func write(_ record: NetworkRecord) throws(StateError) {
        try RecordFile.write(record.json, to: layout.network(record.network))
    }

    /// Returns false when there was no record.
    @discardableResult
    package func remove(_ network: NetworkName) throws(StateError) -> Bool {
        try reporting { () throws(SystemError) in try RecordFile.remove(layout.network(network)) }
    }

    package func list() throws(StateError) -> Listing {
        var listing = Listing()
        for file in try RecordFile.list(layout.networks) {
            guard let name = layout.network(of: file) else { continue }
            do throws(StateError) {
                if let record = try read(name) { listing.networks.append(record) }
            } catch { listing.failures.append(error) }
        }
        return listing
    }
}
