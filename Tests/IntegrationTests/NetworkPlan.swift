// SPDX-License-Identifier: Apache-2.0
import NetworkTypes
import Testing

/// Which families a network has addresses of.
enum Addressing: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case ipv4, ipv6, dual

    var testDescription: String { rawValue }

    /// `10.1.<number>.0/24` and `fd00:<number>::/64`.
    func subnets(_ number: Int) -> [String] {
        let (v4, v6) = ("10.1.\(number).0/24", "fd00:\(number)::/64")
        return switch self {
        case .ipv4: [v4]
        case .ipv6: [v6]
        case .dual: [v4, v6]
        }
    }
}

/// A network configuration in the making: the type that does it all, or the chain of types that Podman writes.
struct NetworkPlan: CustomTestStringConvertible, Sendable {
    enum Kind: String, CaseIterable, Sendable { case chain, swnet }

    let kind: Kind
    var addressing = Addressing.dual
    /// Tells networks of one host apart: bridge `br<number>`, subnets.
    var number = 1
    var version = "1.1.0"
    /// Members of the object of type `bridge`, each followed by a comma.
    var bridge = ""
    /// Members of the object of type `swnet`, each followed by a comma.
    var swnet = ""
    /// More capabilities of type `swnet`, each behind a comma.
    var capabilities = ""
    /// Whether there is to be an address plugin.
    var hasAddresses = true
    /// Objects behind that of type `bridge`.
    var chained = [portmap]

    static let portmap = #"{"type": "portmap", "capabilities": {"portMappings": true}}"#

    var testDescription: String { "\(kind.rawValue) \(addressing.rawValue)" }

    /// Each kind with each families' addresses.
    static let all = Kind.allCases.flatMap { kind in
        Addressing.allCases.map { NetworkPlan(kind: kind, addressing: $0) }
    }

    /// Each kind, dual stack.
    static let kinds = Kind.allCases.map { NetworkPlan(kind: $0) }

    func with(_ change: (inout NetworkPlan) -> Void) -> NetworkPlan {
        var plan = self
        change(&plan)
        return plan
    }

    var name: String { "net\(number)" }
    var subnets: [IPPrefix] { addressing.subnets(number).compactMap { IPPrefix($0) } }
    var gateways: [IPAddress] { subnets.compactMap { $0.first.advanced() } }

    var text: String {
        let plugins = kind == .swnet ? [swnetObject] : [bridgeObject] + chained
        return """
            {"cniVersion": "\(version)", "name": "\(name)", "plugins": [\(plugins.joined(separator: ", "))]}
            """
    }

    private var bridgeObject: String {
        let ranges = subnets.map { #"[{"subnet": "\#($0)"}]"# }.joined(separator: ", ")
        let ipam = #""ipam": {"type": "host-local", "dataDir": "$LEASES", "ranges": [\#(ranges)]},"#
        let routing = hasAddresses ? #""isDefaultGateway": true, "ipMasq": true, \#(ipam)"# : ""
        return """
            {"type": "bridge", "bridge": "br\(number)", \(bridge) \(routing)
             "capabilities": {"ips": true, "mac": true}}
            """
    }

    private var swnetObject: String {
        let ranges = subnets.map { #"{"subnet": "\#($0)"}"# }.joined(separator: ", ")
        let subnets = hasAddresses ? #""subnets": [\#(ranges)], "dataDir": "$LEASES","# : ""
        return """
            {"type": "swnet", "bridge": "br\(number)", \(swnet) \(subnets)
             "capabilities": {"ips": true, "mac": true, "portMappings": true\(capabilities)}}
            """
    }
}
