// SPDX-License-Identifier: Apache-2.0
package import JSON

/// What the `firewall` type is told.
package struct FirewallConfiguration: Equatable, Sendable {
    /// Which bridges may reach the container's bridge.
    package enum IngressPolicy: String, Sendable {
        case open
        case sameBridge = "same-bridge"
        case isolated
    }

    package var ingressPolicy = IngressPolicy.open

    package init() {}

    package init(reading root: ObjectReader) throws(JSONError) {
        ingressPolicy =
            try root.parse(
                "ingressPolicy", as: "\"open\", \"same-bridge\" or \"isolated\"", IngressPolicy.init(rawValue:))
            ?? .open
        // Of no effect here, and still strings.
        for key in ["backend", "iptablesAdminChainName", "firewalldZone"] { _ = try root.string(key) }
    }
}
