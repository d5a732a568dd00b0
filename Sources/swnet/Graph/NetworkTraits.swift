// SPDX-License-Identifier: Apache-2.0
package import JSON

/// What a configuration says about who reaches whom.
package struct NetworkTraits: Hashable, Sendable {
    /// No way out.
    package var isInternal = false
    /// Containers of the network do not reach each other.
    package var keepsContainersApart = false
    /// How open the network is to others; nil for not at all.
    package var isolation: String?

    package init() {}

    /// Reads the plugin objects of type `swnet`, `bridge` and `firewall`.
    package init(_ configuration: JSONObject) {
        for plugin in (configuration["plugins"]?.arrayValue ?? []).compactMap(\.objectValue) {
            switch plugin["type"]?.stringValue {
            case "swnet": readSwnet(plugin)
            case "bridge": readBridge(plugin)
            case "firewall": readFirewall(plugin)
            default: break
            }
        }
    }

    private mutating func readSwnet(_ plugin: JSONObject) {
        isInternal = plugin.value(ignoringCaseOf: "internal")?.boolValue ?? false
        keepsContainersApart = plugin.value(ignoringCaseOf: "interContainer")?.boolValue == false
        let isolation = plugin.value(ignoringCaseOf: "isolation")?.stringValue
        self.isolation = isolation == "strict" || isInternal ? nil : isolation
    }

    private mutating func readBridge(_ plugin: JSONObject) {
        let hasWayOut = ["isGateway", "isDefaultGateway", "ipMasq"].contains {
            plugin.value(ignoringCaseOf: $0)?.boolValue == true
        }
        isInternal = !hasWayOut
        if plugin.value(ignoringCaseOf: "portIsolation")?.boolValue == true { keepsContainersApart = true }
    }

    private mutating func readFirewall(_ plugin: JSONObject) {
        switch plugin.value(ignoringCaseOf: "ingressPolicy")?.stringValue {
        case "isolated": keepsContainersApart = true
        case "same-bridge": break
        default: isolation = "none"
        }
    }
}
