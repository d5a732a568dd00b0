// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// Networks that are always there, as Docker has them.
package enum BuiltInNetwork: String, CaseIterable, Sendable {
    /// The default network: containers on it do not find each other by name. Made when it is first used.
    case bridge
    /// The host's own network.
    case host
    /// No network but the loopback interface.
    case none

    package init?(_ name: NetworkName) { self.init(rawValue: name.text) }

    /// What it is made of, in Docker's words.
    package var driver: String {
        switch self {
        case .bridge: "bridge"
        case .host: "host"
        case .none: "null"
        }
    }
}
