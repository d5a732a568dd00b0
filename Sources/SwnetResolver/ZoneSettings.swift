// SPDX-License-Identifier: Apache-2.0
package import DNSWire
package import NetworkTypes

/// What the configuration of a network says about its names.
package struct ZoneSettings: Hashable, Sendable {
    /// Above the domains of all networks that have no domain of their own. Nothing in it is ever asked upstream.
    package static let baseDomain = domain("swnet.internal")

    /// Names of the network are inside it.
    package var domain: DomainName
    /// For how long answers may be remembered, in seconds.
    package var timeToLive: UInt32 = 5
    /// True when nothing may be asked outside the host.
    package var isInternal = false
    /// In place of the host's; empty for the host's.
    package var upstreams: [Upstream] = []
    /// The host's own addresses on the network, at which the resolver is asked.
    package var gateways: [IPAddress] = []
    /// Addresses that belong to the network, whether somebody has them or not.
    package var subnets: [IPPrefix] = []

    /// - Parameter domain: Nil for `<network>.swnet.internal`, or `swnet.internal` when that is no name because the
    ///   network's is too long.
    package init(_ network: NetworkName, domain: DomainName? = nil) {
        self.domain = domain ?? DomainName(plain: network.text)?.inside(Self.baseDomain) ?? Self.baseDomain
    }

    private static func domain(_ text: String) -> DomainName { DomainName(text) ?? .root }
}

extension DomainName {
    /// Takes every character but the dot for itself. Nil for white space and control characters too, with which no
    /// program could ask.
    init?(plain text: String) {
        guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else { return nil }
        var labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.count > 1, labels[labels.count - 1].isEmpty { labels.removeLast() }
        self.init(labels: labels)
    }
}
