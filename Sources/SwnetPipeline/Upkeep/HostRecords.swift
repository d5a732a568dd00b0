// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
package import SwnetState

/// Everything that is recorded of this boot.
package struct HostRecords: Sendable {
    package let networks: [NetworkRecord]
    /// Sorted so that of two attachments of one container that were asked to publish the same port, the one that does so
    /// comes first.
    package let endpoints: [EndpointRecord]
    /// Why some files are no records.
    package let failures: [StateError]

    package init(reading layout: StateLayout) throws(CNIError) {
        let boot = try calling { () throws(SystemError) in try BootIdentity.current() }
        let networks = try storing { () throws(StateError) in try NetworkStateStore(layout).list() }
        let endpoints = try storing { () throws(StateError) in try EndpointStore(layout).list() }
        let current = endpoints.endpoints.filter { $0.boot == boot }
        let claiming = try storing { () throws(StateError) in
            try current.map { record throws(StateError) in try layout.claimsPorts(record) }
        }
        self.networks = networks.networks
        self.endpoints = Self.ordered(current, claiming)
        failures = networks.failures + endpoints.failures
    }

    private static func ordered(_ endpoints: [EndpointRecord], _ claiming: [Bool]) -> [EndpointRecord] {
        let pairs = zip(endpoints, claiming)
        return pairs.filter { !$0.1 }.map(\.0) + pairs.filter(\.1).map(\.0)
    }

    /// What the firewall was told of networks.
    var networkFilters: [NetworkFilter] { networks.flatMap(\.networkFilters) }

    /// What the firewall was told of attachments.
    var endpointFilters: [EndpointFilter] { endpoints.flatMap(\.endpointFilters) }
}

extension StateLayout {
    /// Whether another attachment of the same container publishes the ports that `record` has.
    fileprivate func claimsPorts(_ record: EndpointRecord) throws(StateError) -> Bool {
        guard !record.ports.isEmpty, sharesPorts(record.attachment.container) else { return false }
        let claim = SharedPorts.Claim(network: record.network, interface: record.attachment.interface)
        return try withSharedPorts(of: record.attachment.container) { $0.claims.contains(claim) }
    }
}
