// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// The way of a packet through one base chain, with all chains that it leads to.
struct ChainPassage {
    let ruleset: Ruleset
    let base: BaseChain
    private(set) var walk: HookWalk
    /// Whether a rule translated an address.
    private(set) var isTranslated = false

    init(ruleset: Ruleset, base: BaseChain, walk: HookWalk) {
        self.ruleset = ruleset
        self.base = base
        self.walk = walk
    }

    private enum End {
        case decided
        /// Goes on after the jump that led here.
        case fallenThrough
    }

    /// The kernel allows sixteen jumps.
    private static var maximumDepth: Int { 16 }

    mutating func run(asking context: inout some RulesetContext & ~Copyable) {
        guard pass(base.chain, depth: 0, asking: &context) == .fallenThrough, base.base.policy == .drop else { return }
        walk.events.append(.droppedByPolicy(base))
        walk.isDropped = true
    }

    private mutating func pass(
        _ chain: String, depth: Int, asking context: inout some RulesetContext & ~Copyable
    ) -> End {
        guard depth <= Self.maximumDepth else { return .fallenThrough }
        for rule in ruleset.rules(of: chain, in: base.table) {
            var passage = RulePassage(rule, at: base, of: ruleset, walk.packet)
            switch passage.run(asking: &context) {
            case .mismatch: continue
            case .unclear: if rule.listed.decides { walk.events.append(.unclear(rule)) }
            case .match(let action):
                walk.packet = passage.packet
                if let end = act(action, rule, depth, asking: &context) { return end }
            }
        }
        return .fallenThrough
    }

    /// Nil to go on with the next rule.
    private mutating func act(
        _ action: RulePassage.Action?, _ rule: Ruleset.Rule, _ depth: Int,
        asking context: inout some RulesetContext & ~Copyable
    ) -> End? {
        switch action {
        case nil: return nil
        case .reject: return drop(.dropped(rule, isRejected: true))
        case .translateSource(let address):
            walk.events.append(.translatedSource(rule, address))
            walk.packet.source = address
            walk.packet.isSourceTranslated = true
        case .translateDestination(let address, let port):
            walk.events.append(.translatedDestination(rule, address, port: port))
            (walk.packet.destination, walk.packet.destinationPort) = (address, port)
            walk.packet.isDestinationTranslated = true
        case .verdict(.accept):
            walk.events.append(.accepted(rule))
            return .decided
        case .verdict(.drop): return drop(.dropped(rule, isRejected: false))
        case .verdict(.return): return .fallenThrough
        case .verdict(.jump(let chain)):
            return pass(chain, depth: depth + 1, asking: &context) == .decided ? .decided : nil
        case .verdict(.goto(let chain)): return pass(chain, depth: depth + 1, asking: &context)
        }
        isTranslated = true
        return .decided
    }

    private mutating func drop(_ event: HookWalk.Event) -> End {
        walk.events.append(event)
        walk.isDropped = true
        return .decided
    }
}

extension ListedRule {
    /// Whether the rule can end a packet's way, or change it.
    fileprivate var decides: Bool {
        expressions.contains { expression in
            switch expression {
            case .verdict, .verdictMap, .translate, .masquerade, .redirect, .reject, .target: true
            default: false
            }
        }
    }
}
