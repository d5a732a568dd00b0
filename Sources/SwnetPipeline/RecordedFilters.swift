// SPDX-License-Identifier: Apache-2.0
internal import JSON
package import NFTables
package import SwnetState

extension NetworkRecord {
    /// What the firewall was told of the network as a whole.
    package var networkFilters: [NetworkFilter] { NetworkUpkeep.entries(of: self).map(\.filter) }
}

extension EndpointRecord {
    /// What the firewall was told of the attachment.
    package var endpointFilters: [EndpointFilter] {
        stages.keys.compactMap { section in
            self[stage: section]?[FirewallSection.key]?.objectValue.map { EndpointFilter($0, of: self) }
        }
    }
}

extension Firewall {
    /// The sets and maps whose elements come and go.
    package static var variableSets: [SetDeclaration] {
        skeleton().operations.compactMap { operation in
            guard case .add(.set(let set)) = operation, set != loadedSkeleton.declaration else { return nil }
            return set
        }
    }
}
