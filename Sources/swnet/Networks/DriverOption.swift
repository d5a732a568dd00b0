// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import NetworkTypes

/// What `--option` says: `KEY=VALUE`, in the words of Docker, of Podman, or of the type `swnet`.
package struct DriverOption: Hashable, Sendable, CustomStringConvertible {
    package let key: String
    package let value: String

    /// Nil without a key or an equals sign.
    package init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        (key, value) = (String(parts[0]), String(parts[1]))
    }

    package var description: String { "\(key)=\(value)" }

    /// What a key is about.
    enum Meaning {
        case bridge, mtu, interContainer, masquerade, isolation, vlan, metric, defaultRoute, noDefaultRoute, checksMAC
        case source(IPFamily)
        /// Only the value that says what swnet does anyway.
        case constant(String, advice: String)
        case unsupported(advice: String)
    }

    private static let meanings: [String: Meaning] = [
        "bridge": .bridge, "com.docker.network.bridge.name": .bridge,
        "mtu": .mtu, "com.docker.network.driver.mtu": .mtu,
        "interContainer": .interContainer, "com.docker.network.bridge.enable_icc": .interContainer,
        "masquerade": .masquerade, "com.docker.network.bridge.enable_ip_masquerade": .masquerade,
        "com.docker.network.host_ipv4": .source(.ipv4), "outbound_addr4": .source(.ipv4),
        "com.docker.network.host_ipv6": .source(.ipv6), "outbound_addr6": .source(.ipv6),
        "isolate": .isolation, "isolation": .isolation,
        "vlan": .vlan,
        "metric": .metric, "priority": .metric,
        "defaultRoute": .defaultRoute, "no_default_route": .noDefaultRoute,
        "macSpoofCheck": .checksMAC,
        "mode": .constant("managed", advice: "a bridge of another program is used with --option bridge=NAME"),
        "com.docker.network.bridge.gateway_mode_ipv4": .constant("nat", advice: gatewayModeAdvice),
        "com.docker.network.bridge.gateway_mode_ipv6": .constant("nat", advice: gatewayModeAdvice),
        "com.docker.network.bridge.host_binding_ipv4": .constant(
            "0.0.0.0", advice: "say the address with each port, as in --publish 127.0.0.1:8080:80"),
        "com.docker.network.bridge.inhibit_ipv4": .constant(
            "false", advice: "the bridge always has the gateway's address"),
        "com.docker.network.container_iface_prefix": .constant(
            "eth", advice: "the runtime names the interface of each container"),
        "com.docker.network.enable_ipv4": .constant("true", advice: "for IPv6 alone give only --subnet of IPv6"),
        "com.docker.network.enable_ipv6": .constant("false", advice: "use --ipv6"),
        "com.docker.network.bridge.trusted_host_interfaces": .unsupported(
            advice: "add an accept rule to chain user-forward of table inet swnet"),
        "com.docker.network.bridge.default_bridge": .unsupported(advice: "network bridge is made when it is needed"),
        "parent": .unsupported(advice: parentAdvice), "macvlan_mode": .unsupported(advice: parentAdvice),
        "ipvlan_mode": .unsupported(advice: parentAdvice), "bclim": .unsupported(advice: parentAdvice),
        "vrf": .unsupported(advice: "networks are separate from each other without it"),
    ]

    private static let gatewayModeAdvice = "use --isolation, --internal or --option masquerade=false"
    private static let parentAdvice = "it is for drivers macvlan and ipvlan, which are not there yet"

    /// Throws when nobody has such a key.
    func meaning() throws(PlanError) -> Meaning {
        if let meaning = Self.meanings[key] { return meaning }
        // The long prefix would make all of Docker's keys near.
        let short = Self.shortened(key)
        let candidates = Self.meanings.keys.sorted()
        let match = nearest(to: short, among: candidates.map(Self.shortened))
        let meant = candidates.filter { Self.shortened($0) == match }.min { $0.count < $1.count }
        throw .unknownOption(key, nearest: meant)
    }

    private static func shortened(_ key: String) -> String {
        let parts = key.split(separator: ".")
        return key.hasPrefix("com.docker.network") ? parts.last.map(String.init) ?? key : key
    }

    /// Docker reads booleans as Go does.
    func flag() throws(PlanError) -> Bool {
        switch value.lowercased() {
        case "true", "1", "t": return true
        case "false", "0", "f": return false
        default: throw .optionValue(self, expected: "true or false")
        }
    }

    func number(in range: ClosedRange<Int>) throws(PlanError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw .optionValue(self, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func address(of family: IPFamily) throws(PlanError) -> IPAddress {
        guard let address = IPAddress(value), address.family == family else {
            throw .optionValue(self, expected: "an \(family == .ipv4 ? "IPv4" : "IPv6") address")
        }
        return address
    }
}

extension DriverOption {
    /// The bridge that one of the options names; nil when none does.
    static func bridge(in options: [DriverOption]) throws(PlanError) -> InterfaceName? {
        for option in options {
            guard case .bridge = try option.meaning() else { continue }
            guard let name = InterfaceName(option.value) else {
                throw .optionValue(option, expected: "an interface name of at most 15 characters")
            }
            return name
        }
        return nil
    }
}

extension NetworkPlan {
    /// Makes the plan what the option says; the bridge is chosen with the plan.
    package mutating func apply(_ option: DriverOption) throws(PlanError) {
        switch try option.meaning() {
        case .bridge: break
        case .mtu:
            let number = try option.number(in: 0...65535)
            if let mtu, mtu != number { throw .contradiction(option, flag: "--mtu") }
            mtu = number == 0 ? nil : number
        case .interContainer:
            let connects = try option.flag()
            if connects, !connectsContainers { throw .contradiction(option, flag: "--no-inter-container") }
            connectsContainers = connects
        case .masquerade: masquerades = try option.flag()
        case .source(let family): sources.append(try option.address(of: family))
        case .isolation: isolation = try Self.isolation(option)
        case .vlan: vlan = try option.number(in: 1...4094)
        case .metric: metric = try option.number(in: 0...Int(UInt32.max))
        case .defaultRoute: hasDefaultRoute = try option.flag()
        case .noDefaultRoute: hasDefaultRoute = try !option.flag()
        case .checksMAC: checksMAC = try option.flag()
        case .constant(let value, let advice):
            guard option.value == value else { throw .unsupportedOption(option, advice: advice) }
        case .unsupported(let advice): throw .unsupportedOption(option, advice: advice)
        }
    }

    /// The words of `--isolation`, and Podman's: `true` and `strict` keep other networks out, `false` lets them in.
    private static func isolation(_ option: DriverOption) throws(PlanError) -> Isolation {
        switch option.value {
        case "true": return .strict
        case "false": return .none
        default:
            guard let isolation = Isolation(rawValue: option.value) else {
                throw .optionValue(option, expected: "true, false, strict, published or none")
            }
            return isolation
        }
    }
}
