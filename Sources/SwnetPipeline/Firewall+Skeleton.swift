// SPDX-License-Identifier: Apache-2.0
package import NFTables
internal import NetworkTypes

extension Firewall {
    /// Creates or restores the constant part. Safe to run any number of times: elements stay as they are.
    package static func skeleton() -> Transaction {
        var operations: [Operation] = [
            .add(.table), .add(loadedSkeleton), .add(networks), .add(loopbackGuard), .add(redirected),
            .add(sameBridge), .add(isolatedBridge),
        ]
        operations += ipv4.declarations + ipv6.declarations
        operations += [.add(toNetwork), .add(fromNetwork)]
        operations += (chains + [userForward]).map { .add($0) }
        operations += chains.map { .flush($0) }
        operations += (publishing + leaving + forwarding + policies).map { .addRule($0) }
        return Transaction(table, operations + [.flush(loadedSkeleton), loadedSkeleton.add(skeletonVersion)])
    }

    /// All chains whose rules are ours.
    private static var chains: [Chain] {
        [rawPrerouting, prerouting, output, postrouting, forward, publish, egress, clampSegmentSize, leaveInternal]
            + NetworkFilter.Ingress.allCases.compactMap(\.chain)
    }

    /// Connections to the host's addresses become connections to containers.
    private static var publishing: [Rule] {
        IPFamily.allCases.map { family in
            Rule(
                in: rawPrerouting, .match(.inputInterface, in: loopbackGuard),
                .prefix(.destination, .loopback(family), isNegated: false), .verdict(.drop))
        }
            + ipv4.redirecting + ipv6.redirecting
            + IPFamily.allCases.map { family in
                // A loopback address that came over a wire is forged. Left untranslated, routing refuses it.
                Rule(
                    in: prerouting, .prefix(.destination, .loopback(family), isNegated: true), .isLocal(.destination),
                    .verdict(.jump(publish.name)))
            } + [Rule(in: output, .isLocal(.destination), .verdict(.jump(publish.name)))]
            + ipv4.publishing + ipv6.publishing
    }

    /// As whom connections continue.
    private static var leaving: [Rule] {
        ipv4.hairpinning + ipv6.hairpinning
            + [Rule(in: postrouting, .match(.outputInterface, notIn: networks), .verdict(.jump(egress.name)))]
            + ipv4.leaving + ipv6.leaving
    }

    /// The path of forwarded packets.
    private static var forwarding: [Rule] {
        [
            Rule(in: forward, .verdict(.jump(userForward.name))),
            Rule(in: forward, .isTCPSYN, .verdict(.jump(clampSegmentSize.name))),
            Rule(in: forward, .connectionState([.established, .related]), .verdict(.accept)),
            // Replies that belong to no connection would leave untranslated, with a container's address.
            Rule(
                in: forward, .match(.inputInterface, in: networks), .match(.outputInterface, notIn: networks),
                .connectionState([.invalid]), .verdict(.drop)),
            Rule(in: forward, .verdict(of: .inputInterface, in: fromNetwork)),
            Rule(in: forward, .verdict(of: .outputInterface, in: toNetwork)),
            Rule(
                in: clampSegmentSize, .match(.inputInterface, in: networks),
                .match(.outputInterface, notIn: networks), .clampSegmentSize),
            Rule(
                in: clampSegmentSize, .match(.inputInterface, notIn: networks),
                .match(.outputInterface, in: networks), .clampSegmentSize),
        ]
    }

    /// A chain for each policy that a network can have.
    private static var policies: [Rule] {
        NetworkFilter.Ingress.allCases.flatMap(\.rules) + [
            Rule(in: leaveInternal, .match(path, in: sameBridge), .verdict(.return)),
            Rule(in: leaveInternal, .match(path, in: isolatedBridge), .verdict(.return)),
            Rule(in: leaveInternal, .verdict(.drop)),
        ]
    }

    /// Where a packet came in and where it goes out.
    fileprivate static var path: Selector<Concat<InterfaceName, InterfaceName>> {
        Selector<InterfaceName>.inputInterface.concat(.outputInterface)
    }
}

extension AddressSets {
    fileprivate var declarations: [Operation] {
        [
            .add(published), .add(publishedAt), .add(resolver), .add(sameNetwork), .add(masquerade), .add(fixedSource),
            .add(hairpin),
            .add(masqueradeAll),
        ]
    }

    /// Only what comes in by the network's own bridge, since port 53 is another program's.
    fileprivate var redirecting: [Rule] {
        let service = Selector<L4Protocol>.transportProtocol.concat(.destinationPort)
        return [
            Rule(
                in: Firewall.prerouting, .match(.inputInterface, in: Firewall.redirected),
                .destinationNAT(to: resolver, by: destination.concat(service)))
        ]
    }

    /// One host address goes before all of them.
    fileprivate var publishing: [Rule] {
        let service = Selector<L4Protocol>.transportProtocol.concat(.destinationPort)
        return [
            Rule(in: Firewall.publish, .destinationNAT(to: publishedAt, by: destination.concat(service))),
            Rule(in: Firewall.publish, .family(Address.family), .destinationNAT(to: published, by: service)),
        ]
    }

    fileprivate var hairpinning: [Rule] {
        [
            Rule(
                in: Firewall.postrouting, .destinationWasTranslated, .match(destination, in: masqueradeAll),
                .masquerade),
            Rule(
                in: Firewall.postrouting, .destinationWasTranslated, .match(destination, in: hairpin),
                .isLocal(.source), .masquerade),
            // Addresses, not interfaces: with br_netfilter on, iifname is empty here for what the bridge forwarded.
            Rule(
                in: Firewall.postrouting, .destinationWasTranslated, .match(destination, in: hairpin),
                .match(source.concat(destination), in: sameNetwork), .masquerade),
        ]
    }

    fileprivate var leaving: [Rule] {
        [
            Rule(in: Firewall.egress, .match(source.concat(destination), in: sameNetwork), .verdict(.return)),
            Rule(
                in: Firewall.egress, .prefix(.destination, .multicast(Address.family), isNegated: false),
                .verdict(.return)),
            Rule(in: Firewall.egress, .sourceNAT(to: fixedSource, by: source)),
            Rule(in: Firewall.egress, .match(source, in: masquerade), .masquerade),
        ]
    }

    private var source: Selector<Address> { .source }
    private var destination: Selector<Address> { .destination }
}

extension NetworkFilter.Ingress {
    /// The chain of the policy; nil when there is nothing to police.
    var chain: Chain? {
        switch self {
        case .none: nil
        case .strict: Chain("to-strict")
        case .published: Chain("to-published")
        case .open: Chain("to-open")
        case .internal: Chain("to-internal")
        case .sameBridge: Chain("to-same-bridge")
        case .isolated: Chain("to-isolated")
        }
    }

    /// What may enter, first match first. What falls through is left to the policy of the host.
    fileprivate var rules: [Rule] {
        guard let chain else { return [] }
        let fromOwn = Rule(in: chain, .match(Firewall.path, in: Firewall.sameBridge), .verdict(.accept))
        let publishedToOwn = Rule(
            in: chain, .match(Firewall.path, in: Firewall.isolatedBridge), .destinationWasTranslated, .verdict(.accept))
        let otherFromOwn = Rule(in: chain, .match(Firewall.path, in: Firewall.isolatedBridge), .verdict(.drop))
        let published = Rule(in: chain, .destinationWasTranslated, .verdict(.accept))
        let fromNetworks = Rule(in: chain, .match(.inputInterface, in: Firewall.networks), .verdict(.accept))
        let notFromNetworks = Rule(in: chain, .match(.inputInterface, in: Firewall.networks), .verdict(.drop))
        let nothingElse = Rule(in: chain, .verdict(.drop))
        switch self {
        case .none: return []
        case .strict: return [fromOwn, publishedToOwn, notFromNetworks, published, nothingElse]
        case .published: return [fromOwn, published, nothingElse]
        case .open: return [fromOwn, publishedToOwn, otherFromOwn, fromNetworks, published, nothingElse]
        case .internal: return [fromOwn, publishedToOwn, nothingElse]
        case .sameBridge: return [fromOwn, notFromNetworks]
        case .isolated: return [publishedToOwn, notFromNetworks]
        }
    }
}
