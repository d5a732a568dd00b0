// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
package import NetworkTypes

/// What `--network` says: `NAME[:KEY=VALUE,...]` with the keys `ip`, `alias`, `mac` and `interface`. The first two may
/// come several times.
package struct NetworkOption: Hashable, Sendable {
    package let network: NetworkName
    package private(set) var addresses: [IPAddress] = []
    package private(set) var aliases: [ContainerName] = []
    package private(set) var mac: MACAddress?
    package private(set) var interface: InterfaceName?

    package init(_ network: NetworkName) { self.network = network }

    package init?(_ text: String) {
        // The name of a network has no colon; addresses behind it may.
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let network = NetworkName(parts[0]) else { return nil }
        self.network = network
        guard parts.count == 2 else { return }
        for setting in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, take(pair[1], for: String(pair[0])) else { return nil }
        }
    }

    /// Returns false for an unknown key and a value that does not fit.
    private mutating func take(_ value: Substring, for key: String) -> Bool {
        switch key {
        case "ip", "ip6":
            guard let address = IPAddress(value) else { return false }
            addresses.append(address)
        case "alias":
            guard let alias = ContainerName(String(value)) else { return false }
            aliases.append(alias)
        case "mac":
            guard mac == nil, let address = MACAddress(argument: String(value)) else { return false }
            mac = address
        case "interface", "interface_name":
            guard interface == nil, let name = InterfaceName(value) else { return false }
            interface = name
        default: return false
        }
        return true
    }
}

extension NetworkOption: ExpressibleByArgument {
    static var defaultCompletionKind: CompletionKind { Candidates.networks }

    package init?(argument: String) { self.init(argument) }
}
