// SPDX-License-Identifier: Apache-2.0
internal import NFTables
internal import NetworkTypes
internal import SwnetState

/// What of a network, by one of its bridges, has to pass the filters of other programs.
///
/// What passes there is policed by swnet's own table: an accept decides within one base chain only.
struct Passage {
    let network: NetworkName
    let bridge: InterfaceName
    let families: Set<IPFamily>
    /// Whether nothing but the containers' traffic with each other passes, as far as the bridge hands it to filters.
    let isInternal: Bool
    /// At which the host is asked for names.
    let questionPorts: [Port]

    /// By which the rules are found again.
    var comment: String { Self.comment(of: network) }

    static func comment(of network: NetworkName) -> String { commentPrefix + network.text }

    static let commentPrefix = "swnet network "

    /// The passages of a network.
    static func all(of record: NetworkRecord) -> [Passage] {
        let filters = NetworkUpkeep.entries(of: record).map(\.filter)
        let families = Set(record.subnets.map(\.family))
        var ports: [Port] = []
        if let resolver = record.resolver {
            ports = [Port(Int(ResolverRedirect.questionPort)), resolver.port].compactMap(\.self)
        }
        return Set(filters.map(\.bridge) + [record.bridge].compactMap(\.self)).sorted().map { bridge in
            Passage(
                network: record.network, bridge: bridge,
                families: families.isEmpty ? Set(IPFamily.allCases) : families,
                isInternal: filters.contains { $0.bridge == bridge && $0.ingress == .internal }, questionPorts: ports)
        }
    }

    /// The rules that a chain needs; none when nothing of this comes by there.
    func rules(for chain: BaseChain) -> [Rule] {
        guard concerns(chain.table.family) else { return [] }
        let statements: [[Statement]] =
            switch chain.base.hook {
            case .forward: isInternal ? withinBridge : forwarded(chain)
            case .input: questions
            case .prerouting, .output, .postrouting: []
            }
        return statements.map { Rule(in: Chain(chain.chain), $0 + [.counter, .verdict(.accept)], comment: comment) }
    }

    private func concerns(_ family: TableFamily) -> Bool {
        switch family {
        case .inet: true
        case .ipv4: families.contains(.ipv4)
        case .ipv6: families.contains(.ipv6)
        case .arp, .netdev, .bridge: false
        }
    }

    private var fromBridge: Statement { .match(.inputInterface, bridge) }
    private var toBridge: Statement { .match(.outputInterface, bridge) }

    private var withinBridge: [[Statement]] { [[fromBridge, toBridge]] }

    /// Out, and back in what belongs to a connection or is translated to a published port.
    private func forwarded(_ chain: BaseChain) -> [[Statement]] {
        // iptables(8) refuses to list tables with expressions that it would not make itself.
        let isOfIPTables = chain.table.family != .inet && chain.chain == chain.chain.uppercased()
        let replies: Statement =
            isOfIPTables ? .trackedState([.established, .related]) : .connectionState([.established, .related])
        let published: Statement = isOfIPTables ? .trackedState([.destinationTranslated]) : .destinationWasTranslated
        return [[fromBridge], [toBridge, replies], [toBridge, published]]
    }

    private var questions: [[Statement]] {
        questionPorts.flatMap { port in
            [L4Protocol.udp, .tcp].map { transport in
                [fromBridge, .match(.transportProtocol, transport), .match(.destinationPort, port)]
            }
        }
    }
}
