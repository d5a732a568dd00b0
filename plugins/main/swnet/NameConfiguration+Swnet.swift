// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import DNSNamePlugin
internal import JSON

extension NameConfiguration {
    private static let keys = ["enabled", "domain", "upstreams", "ttl", "nameservers", "search", "options"]

    /// Reads the key `dns`. Nil when the network is to have no names.
    ///
    /// The well-known keys of CNI keep their meaning: `nameservers` are who answers what is not a name of the network,
    /// `search` and `options` go into resolv.conf.
    static func reading(_ root: ObjectReader) throws(JSONError) -> NameConfiguration? {
        var configuration = NameConfiguration()
        guard let dns = try root.object("dns") else { return configuration }
        try dns.rejectUnknownKeys(known: keys)
        configuration.domain = try domain(dns, "domain")
        configuration.timeToLive = try dns.integer("ttl", in: 0...86400)
        let (upstreams, nameservers) = (try servers(dns, "upstreams"), try servers(dns, "nameservers"))
        configuration.upstreams = upstreams ?? nameservers ?? []
        configuration.search = try dns.strings("search") ?? []
        configuration.options = try dns.strings("options") ?? []
        return try dns.bool("enabled") ?? true ? configuration : nil
    }

    /// Takes what the runtime says of this container: the capabilities `aliases` and `dns`. Servers of the latter would
    /// know no name of the network.
    mutating func take(_ request: CNIRequest) throws(CNIError) {
        let runtime = request.configuration.runtimeConfiguration
        try decoding { () throws(JSONError) in
            aliases = try Self.aliases(runtime, of: request.network)
            guard let dns = try runtime.object("dns") else { return }
            search += try dns.strings("searches") ?? []
            options += try dns.strings("options") ?? []
        }
    }
}
