// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

extension StateLayout {
    /// The network to attach a sandbox to. The default network is made when it is first asked for; when there is no other
    /// of this name, the failure says which ones may have been meant.
    func network(named name: NetworkName) throws -> NetworkList {
        if try name == DefaultNetwork.name() { _ = try DefaultNetwork.ensure(self) }
        let directory = NetworkDirectory(configurationDirectory)
        if let list = try directory.network(named: name) { return list }
        // Files that cannot be read have no name to offer.
        let names = try directory.files().compactMap { try? NetworkList(file: $0).name.text }
        let nearest = nearestNames(to: name.text, among: names)
        guard !nearest.isEmpty else { throw Failure.noNetwork(name) }
        throw Failure("there is no network \(name): did you mean \(alternatives(nearest))?")
    }

    /// Where leases are kept; nil for the place where plugins keep them by themselves.
    var unusualLeaseDirectory: FilePath? {
        leaseDirectory == StateLayout().leaseDirectory ? nil : leaseDirectory
    }
}
