// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import IPAM
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SystemPackage

/// The `ipam` section of a configuration, with the ranges that the runtime adds to it.
struct HostLocalConfiguration {
    let plan: AddressPlan
    let routes: [CNIResult.Route]
    /// The store of all networks; empty for the default one.
    let dataDirectory: String
    /// A file whose content becomes the `dns` of the result; nil when there is none.
    private let resolvConf: String?

    init(_ configuration: NetworkConfiguration) throws(CNIError) {
        let section = try configuration.decode { root throws(JSONError) in try root.object("ipam") }
        guard let section else { throw CNIError(.invalidConfiguration, "IPAM config missing 'ipam' key") }
        self = try decoding { () throws(JSONError) in try Self(section, configuration.runtimeConfiguration) }
        guard !plan.hasSeveralAddressesPerFamily || configuration.version >= .v0_3_0 else {
            throw CNIError(
                .invalidConfiguration,
                "CNI version \(configuration.version) does not support more than 1 address per family")
        }
    }

    private init(_ section: ObjectReader, _ runtime: ObjectReader) throws(JSONError) {
        plan = try Self.plan(Self.rangeSets(section, runtime))
        routes = try (section.array("routes") ?? []).map { route throws(JSONError) in
            try CNIResult.Route(route.object())
        }
        dataDirectory = try section.string("dataDir") ?? ""
        resolvConf = try section.string("resolvConf").flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The sets in the order that `last_reserved_ip.N` counts them: the runtime's, the one of the old style, the others.
    private static func rangeSets(
        _ section: ObjectReader, _ runtime: ObjectReader
    ) throws(JSONError) -> [[ObjectReader]] {
        var sets: [[ObjectReader]] = []
        for element in try runtime.array("ipRanges") ?? [] {
            // go-cni sends the ranges themselves where others send sets of them.
            sets.append(element.value.objectValue == nil ? try element.objects() : [try element.object()])
        }
        if try section.prefix("subnet") != nil { sets.append([section]) }
        for element in try section.array("ranges") ?? [] { sets.append(try element.objects()) }
        return sets
    }

    private static func plan(_ sets: [[ObjectReader]]) throws(JSONError) -> AddressPlan {
        var pools: [AddressPool] = []
        for (number, set) in sets.enumerated() {
            let place = "invalid range set \(number)"
            var ranges: [AddressRange] = []
            for range in set { ranges.append(try Self.range(range, place)) }
            pools.append(try valid(place) { () throws(IPAMError) in try AddressPool(ranges) })
        }
        return try valid(section) { () throws(IPAMError) in try AddressPlan(pools) }
    }

    private static func range(_ reader: ObjectReader, _ place: String) throws(JSONError) -> AddressRange {
        guard let subnet = try reader.prefix("subnet") else {
            throw .invalidValue(path: place, problem: "a range has no subnet")
        }
        let (start, end) = (try reader.address("rangeStart"), try reader.address("rangeEnd"))
        let gateway = try reader.address("gateway")
        return try valid(place) { () throws(IPAMError) in
            try AddressRange(subnet: subnet, start: start, end: end, gateway: gateway)
        }
    }

    private static let section = "ipam"
}

extension HostLocalConfiguration {
    /// The store, for verbs that need nothing else: what can be cleaned up must not stay because somebody edited the
    /// configuration.
    static func dataDirectory(
        evenIfInvalid configuration: NetworkConfiguration, warn: (String) -> Void
    ) -> String {
        do throws(JSONError) {
            return try configuration.reader.object(section)?.string("dataDir") ?? ""
        } catch {
            warn("taking the default store of leases: \(error)")
            return ""
        }
    }

    /// - Throws: Code 7 when the file is missing.
    func dns() throws(CNIError) -> CNIResult.DNS {
        guard let resolvConf else { return CNIResult.DNS() }
        do throws(SystemError) {
            let file = try ResolvConf(reading: FilePath(resolvConf))
            return CNIResult.DNS(
                nameservers: file.nameservers, domain: file.domain ?? "", search: file.search, options: file.options)
        } catch {
            throw CNIError(error.isNotFound ? .invalidConfiguration : .internalError, "ipam.resolvConf: \(error)")
        }
    }
}

extension ValueReader {
    fileprivate func objects() throws(JSONError) -> [ObjectReader] {
        try array().map { element throws(JSONError) in try element.object() }
    }
}

/// Runs `body`; what cannot be is reported as a wrong value at `place`.
private func valid<Result>(_ place: String, _ body: () throws(IPAMError) -> Result) throws(JSONError) -> Result {
    do throws(IPAMError) { return try body() } catch { throw .invalidValue(path: place, problem: "\(error)") }
}
