// SPDX-License-Identifier: Apache-2.0
package import JSON
internal import NetworkTypes

// The shapes of results by version: CNI 0.2 to 1.1, "Result"; the rules between them are those of the CNI library.

extension CNIResult {
    /// Reads the result of a plugin in whatever version it says it has.
    ///
    /// - Parameter assumed: The version of a result that names none: that of the configuration.
    package init(decoding object: JSONObject, assuming assumed: CNIVersion) throws(CNIError) {
        let version = try Self.version(of: object) ?? assumed
        self = try decoding { () throws(JSONError) in try CNIResult(ObjectReader(object), version) }
    }

    /// The version a result names; nil when it names none.
    static func version(of object: JSONObject) throws(CNIError) -> CNIVersion? {
        let text = try decoding { () throws(JSONError) in try ObjectReader(object).string("cniVersion") }
        guard let text, !text.isEmpty else { return nil }
        guard let version = CNIVersion(text) else {
            throw CNIError(.incompatibleVersion, "result has the unsupported CNI version \"\(text)\"")
        }
        return version
    }

    init(_ reader: ObjectReader, _ version: CNIVersion) throws(JSONError) {
        self.init()
        dns = try DNS(reader.object("dns"))
        switch version.family {
        case .v0_2:
            for key in ["ip4", "ip6"] {
                guard let part = try reader.object(key) else { continue }
                addresses.append(try Address(part, prefixKey: "ip"))
                routes += try Self.routes(of: part)
            }
        case .v0_4, .v1:
            interfaces = try (reader.array("interfaces") ?? []).map { element throws(JSONError) in
                try Interface(element.object())
            }
            addresses = try (reader.array("ips") ?? []).map { element throws(JSONError) in
                try Address(element.object(), prefixKey: "address")
            }
            routes = try Self.routes(of: reader)
        }
    }

    private static func routes(of reader: ObjectReader) throws(JSONError) -> [Route] {
        try (reader.array("routes") ?? []).map { element throws(JSONError) in try Route(element.object()) }
    }

    /// The result in the shape of `version`.
    ///
    /// - Throws: Code 7 when that shape cannot express it: 0.1.0 and 0.2.0 need an address.
    package func json(as version: CNIVersion) throws(CNIError) -> JSONObject {
        var object: JSONObject = ["cniVersion": .string(version.rawValue)]
        switch version.family {
        case .v0_2: try object.merge(perFamily(version))
        case .v0_4, .v1:
            object.setList("interfaces", interfaces.map { .object($0.json(version.family)) })
            object.setList("ips", addresses.map { .object($0.json(version.family)) })
            object.setList("routes", routes.map { .object($0.json()) })
        }
        if version.family != .v1 || !dns.isEmpty { object["dns"] = .object(dns.json()) }
        return object
    }

    /// The first address of each family with the routes of that family; interfaces have no place here.
    private func perFamily(_ version: CNIVersion) throws(CNIError) -> JSONObject {
        guard !addresses.isEmpty else {
            throw CNIError(
                .invalidConfiguration,
                "a result without addresses cannot be expressed in CNI version \(version); use 0.3.0 or later")
        }
        var object = JSONObject()
        for (key, family) in [("ip4", IPFamily.ipv4), ("ip6", .ipv6)] {
            guard let address = addresses.first(where: { $0.prefix.family == family }) else { continue }
            var part: JSONObject = ["ip": .string("\(address.prefix)")]
            part.setText("gateway", address.gateway?.description)
            let own = routes.filter { $0.destination.family == family }
            part.setList("routes", own.map { .object(Route($0.destination, gateway: $0.gateway).json()) })
            object[key] = .object(part)
        }
        return object
    }
}

extension CNIResult.Interface {
    init(_ reader: ObjectReader) throws(JSONError) {
        self.init(name: try reader.required("name").string())
        mac = try reader.nonEmpty("mac")
        mtu = try reader.nonZero("mtu")
        sandbox = try reader.nonEmpty("sandbox")
        socketPath = try reader.nonEmpty("socketPath")
        pciID = try reader.nonEmpty("pciID")
    }

    func json(_ family: CNIVersion.Family) -> JSONObject {
        var object: JSONObject = ["name": .string(name)]
        object.setText("mac", mac)
        if family == .v1 { object.setNumber("mtu", mtu) }
        object.setText("sandbox", sandbox)
        if family == .v1 {
            object.setText("socketPath", socketPath)
            object.setText("pciID", pciID)
        }
        return object
    }
}

extension CNIResult.Address {
    init(_ reader: ObjectReader, prefixKey: String) throws(JSONError) {
        self.init(try reader.required(prefixKey).parse("an address with a prefix length") { IPPrefix($0) })
        gateway = try reader.address("gateway")
        interface = try reader.int("interface")
    }

    func json(_ family: CNIVersion.Family) -> JSONObject {
        var object = JSONObject()
        if family == .v0_4 { object["version"] = prefix.family == .ipv4 ? "4" : "6" }
        object.setNumber("interface", interface)
        object["address"] = .string("\(prefix)")
        object.setText("gateway", gateway?.description)
        return object
    }
}

extension CNIResult.Route {
    /// Reads a route of a result or of a configuration (`ipam.routes`).
    package init(_ reader: ObjectReader) throws(JSONError) {
        self.init(try reader.required("dst").parse("an address with a prefix length") { IPPrefix($0) })
        gateway = try reader.address("gw")
        mtu = try reader.nonZero("mtu")
        advertisedMSS = try reader.nonZero("advmss")
        priority = try reader.nonZero("priority")
        table = try reader.integer("table")
        scope = try reader.integer("scope")
    }

    package func json() -> JSONObject {
        var object: JSONObject = ["dst": .string("\(destination)")]
        object.setText("gw", gateway?.description)
        object.setNumber("mtu", mtu)
        object.setNumber("advmss", advertisedMSS)
        object.setNumber("priority", priority)
        object.setNumber("table", table)
        object.setNumber("scope", scope)
        return object
    }
}

extension CNIResult.DNS {
    /// Reads the `dns` of a result or of a configuration; nil is an empty one.
    package init(_ reader: ObjectReader?) throws(JSONError) {
        self.init()
        guard let reader else { return }
        nameservers = try reader.strings("nameservers") ?? []
        domain = try reader.string("domain") ?? ""
        search = try reader.strings("search") ?? []
        options = try reader.strings("options") ?? []
    }

    package func json() -> JSONObject {
        var object = JSONObject()
        object.setList("nameservers", nameservers.map(JSON.string))
        object.setText("domain", domain.isEmpty ? nil : domain)
        object.setList("search", search.map(JSON.string))
        object.setList("options", options.map(JSON.string))
        return object
    }
}

extension ObjectReader {
    /// Zero means unset, as in Go's `omitempty`.
    fileprivate func nonZero(_ key: String) throws(JSONError) -> UInt32? {
        guard let value: UInt32 = try integer(key), value != 0 else { return nil }
        return value
    }

    fileprivate func nonEmpty(_ key: String) throws(JSONError) -> String? {
        guard let value = try string(key), !value.isEmpty else { return nil }
        return value
    }
}

extension JSONObject {
    /// Absent rather than null or empty: what the CNI library writes.
    fileprivate mutating func setText(_ key: String, _ value: String?) {
        if let value { self[key] = .string(value) }
    }

    fileprivate mutating func setNumber(_ key: String, _ value: (some FixedWidthInteger)?) {
        if let value { self[key] = .number(value) }
    }

    fileprivate mutating func setList(_ key: String, _ values: [JSON]) {
        if !values.isEmpty { self[key] = .array(values) }
    }
}
