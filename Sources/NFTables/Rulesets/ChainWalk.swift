// SPDX-License-Identifier: Apache-2.0

/// The way of a packet through a base chain of whichever program, as far as it can be known beforehand.
package struct ChainWalk: Sendable {
    /// What takes the packet.
    package struct Drop: Hashable, Sendable {
        package let chain: String
        /// The rule, by the kernel's number; nil for the policy of the chain.
        package let handle: UInt64?

        package init(chain: String, handle: UInt64?) {
            self.chain = chain
            self.handle = handle
        }
    }

    /// How the way through a chain can end.
    private enum Ending: Hashable {
        case accepted
        case dropped(Drop)
        case fallenThrough
    }

    /// Everything that may take the packet, in the order of the rules.
    package private(set) var drops: [Drop] = []
    /// Whether some rule or the policy may let the packet pass.
    package private(set) var mayPass = false

    /// What takes the packet for certain; nil when it may pass.
    package var certainDrop: Drop? { mayPass ? nil : drops.first }

    /// - Parameter base: A base chain of the table.
    package init(_ packet: Packet, through base: BaseChain, of content: TableContent) {
        var walker = Walker(packet: packet, content: content)
        for ending in walker.endings(of: base.chain, depth: 0) {
            switch ending {
            case .accepted: mayPass = true
            case .dropped(let drop): drops.append(drop)
            case .fallenThrough where base.base.policy == .accept: mayPass = true
            case .fallenThrough: drops.append(Drop(chain: base.chain, handle: nil))
            }
        }
    }

    private struct Walker {
        let packet: Packet
        let content: TableContent
        /// A chain that several rules lead to has the same effect each time.
        private var known: [String: [Ending]] = [:]

        init(packet: Packet, content: TableContent) {
            self.packet = packet
            self.content = content
        }

        /// The kernel allows sixteen jumps.
        private static var maximumDepth: Int { 16 }

        /// Distinct endings in the order in which they come up.
        mutating func endings(of chain: String, depth: Int) -> [Ending] {
            if let known = known[chain] { return known }
            guard depth <= Self.maximumDepth else { return [.fallenThrough] }
            var endings: [Ending] = []
            func add(_ ending: Ending) { if !endings.contains(ending) { endings.append(ending) } }
            for rule in content.rules[chain] ?? [] {
                let evaluation = RuleEvaluation(rule, packet, content.sets)
                var mayGoOn = !evaluation.isCertain
                for verdict in evaluation.verdicts {
                    switch verdict {
                    case .accept: add(.accepted)
                    case .drop: add(.dropped(Drop(chain: chain, handle: rule.handle)))
                    case .return: add(.fallenThrough)
                    case .goto(let target): self.endings(of: target, depth: depth + 1).forEach(add)
                    case .jump(let target):
                        for ending in self.endings(of: target, depth: depth + 1) {
                            if ending == .fallenThrough { mayGoOn = true } else { add(ending) }
                        }
                    }
                }
                if !mayGoOn {
                    known[chain] = endings
                    return endings
                }
            }
            add(.fallenThrough)
            known[chain] = endings
            return endings
        }
    }
}
