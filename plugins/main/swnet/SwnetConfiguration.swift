// SPDX-License-Identifier: Apache-2.0
package import CNI
package import DNSNamePlugin
package import IPAM
package import JSON
package import NetworkTypes

/// What the `swnet` type is told. Unknown keys are refused, with the nearest known one named.
package struct SwnetConfiguration: Equatable, Sendable {
    package enum Isolation: String, Sendable {
        case strict
        case published
        case none
    }

    /// How connections that leave the host are translated.
    package enum Egress: Equatable, Sendable {
        case none
        case masquerade
        /// To these, one for each family.
        case fixed([IPAddress])
    }

    package var bridge: InterfaceName?
    /// One range set for each subnet; a container gets one address of each.
    package var subnets: [AddressRange] = []
    package var mtu: UInt32?
    package var isInternal = false
    package var egress = Egress.masquerade
    package var interContainer = true
    package var isolation = Isolation.strict
    package var defaultRoute = true
    package var priority: UInt32?
    /// Metric of the default routes is ``priority``; these have their own.
    package var routes: [CNIResult.Route] = []
    package var vlan: UInt16?
    package var macSpoofCheck = false
    /// Nil when the network has no names.
    package var names: NameConfiguration?
    /// The container's name in records and lists.
    package var containerName: String?
    /// The store of all networks' leases; empty: the default.
    package var dataDirectory = ""

    static let keys = [
        "cniVersion", "name", "type", "capabilities", "runtimeConfig", "args", "prevResult", "dns", "bridge", "subnets",
        "mtu", "internal", "masquerade", "snat", "interContainer", "isolation", "defaultRoute", "routes", "priority",
        "vlan", "macSpoofCheck", "sysctls", "dataDir", "containerName",
    ]

    package init() {}

    package init(reading root: ObjectReader) throws(JSONError) {
        try root.rejectUnknownKeys(known: Self.keys + root.object.keys.filter { $0.hasPrefix("cni.dev/") })
        bridge = try root.interfaceName("bridge")
        for element in try root.array("subnets") ?? [] { subnets.append(try Self.range(element.object())) }
        mtu = try root.integer("mtu", in: 0...65535).flatMap { $0 == 0 ? nil : $0 }
        isInternal = try root.bool("internal") ?? false
        egress = try Self.egress(root, isInternal: isInternal)
        interContainer = try root.bool("interContainer") ?? true
        isolation =
            try root.parse("isolation", as: "\"strict\", \"published\" or \"none\"", Isolation.init(rawValue:))
            ?? .strict
        defaultRoute = try root.bool("defaultRoute") ?? true && !isInternal
        priority = try root.integer("priority")
        routes = try (root.array("routes") ?? []).map { element throws(JSONError) in
            try CNIResult.Route(element.object())
        }
        vlan = try root.integer("vlan", in: 0...4094).flatMap { $0 == 0 ? nil : $0 }
        macSpoofCheck = try root.bool("macSpoofCheck") ?? false
        names = subnets.isEmpty ? nil : try NameConfiguration.reading(root)
        names?.isInternal = isInternal
        containerName = try root.string("containerName").flatMap { $0.isEmpty ? nil : $0 }
        dataDirectory = try root.string("dataDir") ?? ""
    }

    private static func egress(_ root: ObjectReader, isInternal: Bool) throws(JSONError) -> Egress {
        if isInternal { return .none }
        if let fixed = try root.object("snat") {
            let (v4, v6) = (try fixed.address("v4"), try fixed.address("v6"))
            if let v4, v4.family != .ipv4 { throw fixed.invalid("v4", "\(v4) is not an IPv4 address") }
            if let v6, v6.family != .ipv6 { throw fixed.invalid("v6", "\(v6) is not an IPv6 address") }
            return .fixed([v4, v6].compactMap(\.self))
        }
        return try root.bool("masquerade") ?? true ? .masquerade : .none
    }

    private static func range(_ entry: ObjectReader) throws(JSONError) -> AddressRange {
        try entry.rejectUnknownKeys(known: ["subnet", "gateway", "rangeStart", "rangeEnd", "exclude"])
        guard let subnet = try entry.prefix("subnet") else { throw entry.invalid("subnet", "is missing") }
        var excluded: [IPPrefix] = []
        for element in try entry.array("exclude") ?? [] {
            excluded.append(
                try element.parse("an address or a prefix") { IPPrefix($0) ?? IPAddress($0).map(IPPrefix.init(host:)) })
        }
        let (start, end) = (try entry.address("rangeStart"), try entry.address("rangeEnd"))
        let gateway = try entry.address("gateway")
        do throws(IPAMError) {
            return try AddressRange(
                subnet: subnet, start: start, end: end, gateway: gateway,
                excluded: excluded)
        } catch { throw entry.invalid("subnet", "\(error)") }
    }
}
