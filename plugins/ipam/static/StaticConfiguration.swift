// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import NetworkTypes
internal import SwnetPipeline

/// The `ipam` section of a configuration, with what the runtime adds to it or puts in its place.
struct StaticConfiguration {
    let addresses: [CNIResult.Address]
    let routes: [CNIResult.Route]
    let dns: CNIResult.DNS

    init(_ configuration: NetworkConfiguration, _ arguments: CNIArguments) throws(CNIError) {
        let section = try configuration.decode { root throws(JSONError) in try root.object("ipam") }
        guard let section else { throw CNIError(.invalidConfiguration, "IPAM config missing 'ipam' key") }
        let configured = try decoding { () throws(JSONError) in try Self.configured(section) }
        let replacing = try decoding { () throws(JSONError) in
            let byCapability = try Self.replacing(configuration.runtimeConfiguration)
            return try byCapability.isEmpty ? Self.replacing(configuration.arguments) : byCapability
        }
        let added = try Self.added(arguments)
        let gateways = try Self.gateways(arguments)
        var addresses = replacing.isEmpty ? configured + added : replacing
        for index in addresses.indices {
            let prefix = addresses[index].prefix
            // Of several the last counts, as in the reference.
            if let gateway = gateways.last(where: prefix.contains) { addresses[index].gateway = gateway }
            // An address that takes the place of a configured one is in the same subnet more often than not.
            guard addresses[index].gateway == nil else { continue }
            addresses[index].gateway = configured.lazy.compactMap(\.gateway).first(where: prefix.contains)
        }
        guard Set(addresses.map(\.prefix.family)).count == addresses.count || configuration.version >= .v0_3_0 else {
            throw CNIError(
                .invalidConfiguration,
                "CNI version \(configuration.version) does not support more than 1 address per family")
        }
        self.addresses = addresses
        routes = try decoding { () throws(JSONError) in
            try (section.array("routes") ?? []).map { route throws(JSONError) in try CNIResult.Route(route.object()) }
        }
        dns = try decoding { () throws(JSONError) in try CNIResult.DNS(section.object("dns")) }
    }

    private static func configured(_ section: ObjectReader) throws(JSONError) -> [CNIResult.Address] {
        var addresses: [CNIResult.Address] = []
        for element in try section.array("addresses") ?? [] {
            let entry = try element.object()
            let text = try entry.string("address") ?? ""
            guard let prefix = IPPrefix(text) else {
                throw entry.invalid("address", "the 'address' field is expected to be in CIDR notation, got: '\(text)'")
            }
            addresses.append(CNIResult.Address(prefix, gateway: try entry.address("gateway")))
        }
        return addresses
    }

    /// The addresses of the capability `ips`, or of `args.cni.ips`.
    private static func replacing(_ source: ObjectReader) throws(JSONError) -> [CNIResult.Address] {
        var addresses: [CNIResult.Address] = []
        for element in try source.array("ips") ?? [] {
            let text = try element.string()
            guard let prefix = IPPrefix(text) else {
                throw element.invalid("an entry in the 'ips' field is NOT in CIDR notation, got: '\(text)'")
            }
            addresses.append(CNIResult.Address(prefix))
        }
        return addresses
    }

    private static func added(_ arguments: CNIArguments) throws(CNIError) -> [CNIResult.Address] {
        try arguments.list("IP").map { text throws(CNIError) in
            guard let prefix = IPPrefix(text) else {
                throw CNIError(
                    .invalidEnvironment, "CNI_ARGS: the 'ip' field is expected to be in CIDR notation, got: '\(text)'")
            }
            return CNIResult.Address(prefix)
        }
    }

    private static func gateways(_ arguments: CNIArguments) throws(CNIError) -> [IPAddress] {
        try arguments.list("GATEWAY").map { text throws(CNIError) in
            guard let address = IPAddress(text) else {
                throw CNIError(.invalidEnvironment, "CNI_ARGS: invalid gateway address: \(text)")
            }
            return address
        }
    }
}
