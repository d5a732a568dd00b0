// SPDX-License-Identifier: Apache-2.0
package import NFTables
package import SwnetState

/// Why the firewall could not be changed.
package enum FirewallError: Error, Equatable, Sendable {
    case nftables(NFTablesError)
    /// The kernel refused a constant rule, which refers to nothing but what is made with it.
    case kernelLacksSupport(NFTablesError)
    /// Another attachment has the host port. `owner` is `network/container/interface`, when it is known.
    case portTaken(PublishedPort, owner: String?)
    /// The lock on the constant rules could not be had.
    case state(StateError)
}

extension FirewallError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nftables(let error): "\(error)"
        case .kernelLacksSupport(let error):
            "\(error): this kernel lacks a part of nftables (nat, fib or conntrack) that networks with addresses need"
        case .portTaken(let port, let owner?): "host port \(port) is already published by \(owner)"
        case .portTaken(let port, nil): "host port \(port) is already published"
        case .state(let error): "\(error)"
        }
    }
}
