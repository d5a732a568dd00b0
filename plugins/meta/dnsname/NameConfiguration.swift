// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes

/// What a network says about the names of its containers.
package struct NameConfiguration: Equatable, Sendable {
    /// Nil for `<network>.swnet.internal`.
    package var domain: String?
    /// For how long answers may be remembered, in seconds; nil for the default.
    package var timeToLive: UInt32?
    /// Servers in place of the host's; empty for the host's.
    package var upstreams: [String] = []
    /// True when nothing may be asked outside the host.
    package var isInternal = false
    /// More names of this container.
    package var aliases: [String] = []
    /// What the container's resolv.conf gets besides, in the order given.
    package var search: [String] = []
    package var options: [String] = []

    package init() {}

    /// Reads `runtimeConfig.aliases`: names, or an object that has them by network.
    ///
    /// - SeeAlso: CNI conventions, `aliases`; Podman and CRI-O write the object.
    package static func aliases(
        _ runtimeConfiguration: ObjectReader, of network: NetworkName
    ) throws(JSONError) -> [String] {
        guard let value = runtimeConfiguration.value("aliases"), !value.value.isNull else { return [] }
        if value.value.objectValue == nil { return try runtimeConfiguration.strings("aliases") ?? [] }
        return try value.object().strings(network.text) ?? []
    }

    /// A domain as names can be below it: labels of letters, digits, hyphens and underscores. RFC 1123 section 2.1.
    package static func domain(_ root: ObjectReader, _ key: String) throws(JSONError) -> String? {
        guard var text = try root.string(key), !text.isEmpty else { return nil }
        if text.hasSuffix(".") { text.removeLast() }
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= 190, labels.allSatisfy(isLabel) else {
            throw root.invalid(key, "\"\(text)\" is no domain name of at most 190 characters")
        }
        return text
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        (1...63).contains(label.count)
            && label.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    /// Addresses of servers, each with a scope where it needs one: `fe80::1%eth0`.
    package static func servers(_ root: ObjectReader, _ key: String) throws(JSONError) -> [String]? {
        let servers = try root.strings(key)
        for server in servers ?? [] where IPAddress(server.prefix { $0 != "%" }) == nil {
            throw root.invalid(key, "\"\(server)\" is no address of a server")
        }
        return servers
    }
}
