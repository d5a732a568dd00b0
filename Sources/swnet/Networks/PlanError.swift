// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// Why a network cannot be made as asked for.
package enum PlanError: Error, Hashable, Sendable {
    case hostBits(IPPrefix)
    case tooSmall(IPPrefix)
    case noSubnet(String, option: String)
    case unusableGateway(IPAddress, IPPrefix)
    case twice(String, IPPrefix)
    case overlap(IPPrefix, UsedPrefix)
    case overlappingSubnets(IPPrefix, IPPrefix)
    case noFreeSubnet(IPFamily)
    case notChainable(String)
    case mtuOutOfRange(Int, ClosedRange<Int>)
    case unknownOption(String, nearest: String?)
    case optionValue(DriverOption, expected: String)
    /// What swnet has no equal to, and what to do instead.
    case unsupportedOption(DriverOption, advice: String)
    case contradiction(DriverOption, flag: String)
    case uselessUpstreams
    case bridgeTaken(InterfaceName, by: String)
}

extension PlanError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .hostBits(let prefix): "\(prefix) is an address in a subnet; did you mean \(prefix.network)?"
        case .tooSmall(let prefix):
            "subnet \(prefix) has no room for a gateway and a container; use /\(prefix.family.addressBits - 2) or larger"
        case .noSubnet(let text, let option): "\(option) \(text) is in none of the network's subnets; give --subnet too"
        case .unusableGateway(let gateway, let subnet):
            "gateway \(gateway) is an end of subnet \(subnet), which no host can have; choose another address"
        case .twice(let option, let subnet): "\(option) is given twice for subnet \(subnet); give it once"
        case .overlap(let subnet, let used): "subnet \(subnet) overlaps \(used); choose another one"
        case .overlappingSubnets(let one, let other): "subnets \(one) and \(other) overlap; choose others"
        case .noFreeSubnet(let family):
            "no free \(family == .ipv4 ? "IPv4" : "IPv6") subnet is left in the pools of swnet; choose one with --subnet"
        case .notChainable(let option): "\(option) needs the swnet type; leave out --chained"
        case .mtuOutOfRange(let mtu, let range):
            "MTU \(mtu) is out of range; use \(range.lowerBound) to \(range.upperBound)"
        case .unknownOption(let key, let nearest):
            "unknown option \(key)" + (nearest.map { "; did you mean \($0)?" } ?? "; see 'swnet create --help'")
        case .optionValue(let option, let expected): "option \(option) needs \(expected)"
        case .unsupportedOption(let option, let advice): "option \(option) is not supported; \(advice)"
        case .contradiction(let option, let flag): "option \(option) contradicts \(flag); give one of them"
        case .uselessUpstreams: "--dns-upstream has no use with --internal, which asks nobody outside; leave one out"
        case .bridgeTaken(let bridge, let owner): "bridge name \(bridge) is taken by \(owner); choose another one"
        }
    }
}
