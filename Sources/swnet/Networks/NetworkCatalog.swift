// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import SwnetState

/// Every network of the host: those that are configured, whoever did so, and the built-in ones.
struct NetworkCatalog {
    /// Sorted by name.
    let networks: [NetworkSummary]
    private let listing: NetworkStore.Listing

    /// Says on standard error which files cannot be read, or are hidden by others of the same name.
    init(_ layout: StateLayout) throws(StateError) {
        let listing = try NetworkStore(layout).list()
        for failure in listing.failures { Terminal.warn("\(failure)") }
        var found: [NetworkName: NetworkSummary] = [:]
        for file in listing.files {
            if let first = found[file.name], let path = first.path {
                Terminal.warn("\(file.path) is not looked at: network \(file.name) is configured in \(path)")
                continue
            }
            found[file.name] = NetworkSummary(file)
        }
        for builtIn in BuiltInNetwork.allCases.compactMap({ NetworkSummary($0) }) where found[builtIn.name] == nil {
            found[builtIn.name] = builtIn
        }
        networks = found.values.sorted { $0.name < $1.name }
        self.listing = listing
    }

    /// The configuration of `name`; nil when there is none.
    func file(of name: NetworkName) -> NetworkFile? { listing.file(of: name) }

    func network(_ name: NetworkName) throws(Failure) -> NetworkSummary {
        guard let network = networks.first(where: { $0.name == name }) else { throw .noNetwork(name) }
        return network
    }
}
