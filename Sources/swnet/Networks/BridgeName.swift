// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// Bridge names for new networks.
package enum BridgeName {
    /// `sw-<network>` where that fits into 15 bytes and is free; else the beginning of the name and a number.
    ///
    /// - Parameter taken: Interfaces of the host, and bridges of other networks that may not exist at the moment.
    package static func free(for network: NetworkName, taken: Set<String>) -> InterfaceName? {
        let plain = "sw-" + network.text
        let numbered = (0..<1000).lazy.map { attempt in
            "sw-" + network.text.prefix(3) + "-" + StableHash(of: network.text, String(attempt)).shortText
        }
        let candidates = (plain.utf8.count <= 15 ? [plain] : []) + numbered
        return candidates.first { !taken.contains($0) }.flatMap { InterfaceName($0) }
    }
}
