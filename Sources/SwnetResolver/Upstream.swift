// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// A resolver to which questions about names of nobody here go.
package struct Upstream: Hashable, Sendable {
    package static let standardPort: UInt16 = 53

    package let address: IPAddress
    /// The interface of a link-local address, by name or number.
    package let scope: String?
    package let port: UInt16

    package init(_ address: IPAddress, scope: String? = nil, port: UInt16 = Upstream.standardPort) {
        self.address = address
        self.scope = scope
        self.port = port
    }

    /// Parses an address with an optional scope: `192.0.2.1`, `fe80::1%eth0`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        guard parts.count < 2 || !parts[1].isEmpty else { return nil }
        self.init(address, scope: parts.count < 2 ? nil : String(parts[1]))
    }

    /// The servers of a resolv.conf(5), each once, in its order; those beyond the eighth and lines that make no sense are
    /// passed over.
    package static func list(resolvConf text: some StringProtocol) -> [Upstream] {
        var upstreams: [Upstream] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.first == "nameserver", words.count > 1, let upstream = Upstream(words[1]) else { continue }
            if !upstreams.contains(upstream), upstreams.count < 8 { upstreams.append(upstream) }
        }
        return upstreams
    }
}
