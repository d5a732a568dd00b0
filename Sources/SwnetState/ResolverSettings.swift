// SPDX-License-Identifier: Apache-2.0
internal import JSON
package import NetworkTypes

/// What the resolver has to know of a network whose containers find each other by name.
package struct ResolverSettings: Hashable, Sendable {
    /// In seconds. Containers come and go.
    package static let defaultTimeToLive: UInt32 = 5

    /// Below which names are; nil for `<network>.swnet.internal`.
    package var domain: String?
    /// For how long answers may be remembered, in seconds.
    package var timeToLive = ResolverSettings.defaultTimeToLive
    /// True when nothing may be asked outside the host.
    package var isInternal = false
    /// Servers in place of the host's, as resolv.conf(5) writes them; empty for the host's.
    package var upstreams: [String] = []
    /// The host's own addresses on the network, at which containers ask.
    package var gateways: [IPAddress] = []
    /// Where it really is when another program has port 53; a redirect leads there. It is asked for again after a restart,
    /// so that the redirect stays true.
    package var port: Port?

    package init() {}

    /// Above the domains of all networks that have none of their own.
    package static let baseDomain = "swnet.internal"

    /// The domain of a network that has none of its own: the base, when the network's name is no label of a domain.
    package static func defaultDomain(of network: NetworkName) -> String {
        network.text.utf8.count <= 63 ? "\(network).\(baseDomain)" : baseDomain
    }
}

extension ResolverSettings {
    var json: JSONObject {
        var object = JSONObject()
        object["domain"] = domain.map { .string($0) }
        object["ttl"] = .number(timeToLive)
        object["internal"] = .bool(isInternal)
        object["upstreams"] = .array(upstreams.map { .string($0) })
        object["gateways"] = .array(gateways.map { .string($0.description) })
        object["port"] = port.map { .number($0.rawValue) }
        return object
    }

    init(_ reader: ObjectReader) throws(JSONError) {
        domain = try reader.string("domain")
        timeToLive = try reader.integer("ttl") ?? Self.defaultTimeToLive
        isInternal = try reader.bool("internal") ?? false
        upstreams = try reader.strings("upstreams") ?? []
        gateways = try reader.list("gateways", of: "an IP address") { IPAddress($0) }
        port = try reader.port("port")
    }
}
