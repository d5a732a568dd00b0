// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes
internal import SwnetState

/// The network of containers that were not given another one: `bridge`. It is made when it is first used.
enum DefaultNetwork {
    /// The network's name; nobody else may have it.
    static func name() throws(Failure) -> NetworkName {
        guard let name = NetworkName(BuiltInNetwork.bridge.rawValue) else { throw Failure("no default network") }
        return name
    }

    /// Makes the network unless it is there, also when somebody else makes it at the same time; returns its name.
    static func ensure(_ layout: StateLayout) throws -> NetworkName {
        let name = try name()
        guard try NetworkStore(layout).list().file(of: name) == nil else { return name }
        var request = NetworkRequest(name: name)
        request.names = .none
        do { _ = try NetworkCreation(layout: layout).create(request) } catch StateError.exists(_, _) {}
        return name
    }
}
