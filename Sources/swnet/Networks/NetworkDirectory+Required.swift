// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

extension NetworkDirectory {
    /// The network of this name; when there is none, the failure says which ones may have been meant.
    func required(_ name: NetworkName) throws -> NetworkList {
        if let list = try network(named: name) { return list }
        // Files that cannot be read have no name to offer.
        let names = try files().compactMap { try? NetworkList(file: $0).name.text }
        let nearest = nearestNames(to: name.text, among: names)
        guard !nearest.isEmpty else { throw Failure.noNetwork(name) }
        throw Failure("there is no network \(name): did you mean \(alternatives(nearest))?")
    }
}

extension StateLayout {
    /// Where leases are kept; nil for the place where plugins keep them by themselves.
    var unusualLeaseDirectory: FilePath? {
        leaseDirectory == StateLayout().leaseDirectory ? nil : leaseDirectory
    }
}
