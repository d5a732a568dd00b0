// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// The way of one known packet through the chains of one hook, address translation included.
///
/// ``ChainWalk`` answers another question: what may become of a packet of which little is known.
package struct HookWalk: Sendable {
    /// Something on the way that a person wants to know.
    package enum Event: Hashable, Sendable {
        /// The rule's verdict ends the base chain.
        case accepted(Ruleset.Rule)
        case dropped(Ruleset.Rule, isRejected: Bool)
        case droppedByPolicy(BaseChain)
        case translatedSource(Ruleset.Rule, IPAddress)
        case translatedDestination(Ruleset.Rule, IPAddress, port: UInt16)
        /// Whether the rule matches cannot be told here; it was taken not to.
        case unclear(Ruleset.Rule)
    }

    package var events: [Event] = []
    /// As it leaves the hook.
    package var packet: TracedPacket
    package var isDropped = false
}

extension Ruleset {
    /// Sends a packet through every base chain of a hook, in the order of their priorities.
    ///
    /// - Parameter context: Answers what rules ask.
    package func walk(
        _ packet: TracedPacket, at hook: Hook, asking context: inout some RulesetContext & ~Copyable
    ) -> HookWalk {
        var walk = HookWalk(packet: packet)
        let chains = baseChains.filter { $0.base.hook == hook && $0.table.family.sees(packet.family) }
            .sorted { $0.base.priority.rawValue < $1.base.priority.rawValue }
        var isTranslated = false
        for chain in chains {
            // Only the first packet of a connection meets the chains of address translation, and only until one of
            // them translates.
            if chain.base.kind == .nat, isTranslated || packet.isSettled || packet.state != .new { continue }
            var passage = ChainPassage(ruleset: self, base: chain, walk: walk)
            passage.run(asking: &context)
            walk = passage.walk
            isTranslated = isTranslated || passage.isTranslated
            if walk.isDropped { return walk }
        }
        return walk
    }
}

extension TableFamily {
    fileprivate func sees(_ family: IPFamily) -> Bool {
        switch self {
        case .inet: true
        case .ipv4: family == .ipv4
        case .ipv6: family == .ipv6
        case .arp, .netdev, .bridge: false
        }
    }
}
