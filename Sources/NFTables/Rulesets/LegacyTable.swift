// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// A table of iptables as it was before nftables, in the form that ``ChainWalk`` goes through.
///
/// - SeeAlso: linux/netfilter_ipv4/ip_tables.h, `struct ipt_entry`; linux/netfilter_ipv6/ip6_tables.h.
package struct LegacyTable: Hashable, Sendable {
    package let content: TableContent
    package let chains: [BaseChain]

    /// Reads what the kernel keeps of the table; nil when it is not what it should be.
    ///
    /// - Parameters:
    ///   - hooks: Offsets of the first entry of each of the five hooks, then of the entries that are their policies.
    ///   - entries: All entries, one behind the other.
    package init?(_ name: String, _ family: IPFamily, hooks: [UInt8], entries: [UInt8]) {
        guard hooks.count == 40, let entries = LegacyEntry.all(in: entries, family) else { return nil }
        let table = Table(family == .ipv4 ? .ipv4 : .ipv6, name)
        let offsets = (0..<10).map { Int(hooks.littleEndian(at: $0 * 4, 4)) }
        var (chains, rules): ([BaseChain], [ListedRule]) = ([], [])
        var names: [Int: String] = [:]
        for hook in [Hook.input, .forward] {
            let (first, last) = (offsets[Int(hook.rawValue)], offsets[5 + Int(hook.rawValue)])
            guard let policy = entries.first(where: { $0.offset == last }) else { return nil }
            let isDrop = policy.standardVerdict == -1
            let name = hook == .input ? "INPUT" : "FORWARD"
            names[first] = name
            let base = Chain.Base(.filter, hook, .filter, isDrop ? .drop : .accept)
            chains.append(BaseChain(table: table, chain: name, base: base))
        }
        for entry in entries where entry.chainName != nil { names[entry.next] = entry.chainName }
        let policies = Set(offsets[5...])
        var chain: String?
        for entry in entries {
            chain = names[entry.offset] ?? (entry.chainName == nil ? chain : nil)
            guard let chain, !policies.contains(entry.offset) else {
                chain = nil
                continue
            }
            rules.append(ListedRule(chain: chain, handle: UInt64(entry.offset), expressions: entry.expressions(names)))
        }
        content = TableContent(legacy: table, rules: rules)
        self.chains = chains
    }
}

/// One rule, as the kernel keeps it.
private struct LegacyEntry {
    let offset: Int
    /// Offset of the entry behind it.
    let next: Int
    private let bytes: [UInt8]
    private let family: IPFamily
    private let target: Int

    static func all(in bytes: [UInt8], _ family: IPFamily) -> [LegacyEntry]? {
        var (entries, offset): ([LegacyEntry], Int) = ([], 0)
        while offset < bytes.count {
            guard let entry = LegacyEntry(bytes, offset, family) else { return nil }
            entries.append(entry)
            offset = entry.next
        }
        return entries
    }

    /// Where matches begin: behind addresses and counters.
    private var matches: Int { family == .ipv4 ? 112 : 168 }

    private init?(_ all: [UInt8], _ offset: Int, _ family: IPFamily) {
        let (fixed, ends) = family == .ipv4 ? (112, 88) : (168, 140)
        guard offset + fixed <= all.count else { return nil }
        let target = Int(all.littleEndian(at: offset + ends, 2))
        let size = Int(all.littleEndian(at: offset + ends + 2, 2))
        // A target has a head of 32 bytes.
        guard target >= fixed, size >= target + 32, offset + size <= all.count else { return nil }
        self.offset = offset
        self.family = family
        self.target = target
        next = offset + size
        bytes = Array(all[offset..<next])
    }

    private var targetName: String { bytes.text(at: target + 2, 29) }

    /// Of the target that has no name; nil for others. Negative ones are final, others an offset to go to.
    var standardVerdict: Int32? {
        guard targetName.isEmpty, target + 36 <= bytes.count else { return nil }
        return Int32(truncatingIfNeeded: bytes.littleEndian(at: target + 32, 4))
    }

    /// Set for what stands before the first rule of a chain.
    var chainName: String? { targetName == "ERROR" ? bytes.text(at: target + 32, 30) : nil }

    func expressions(_ names: [Int: String]) -> [RuleExpression] {
        addressExpressions + interfaceExpressions + protocolExpressions + matchExpressions + verdict(names)
    }

    private var flags: UInt64 { bytes.littleEndian(at: family == .ipv4 ? 82 : 131, 1) }
    private var inversions: UInt64 { bytes.littleEndian(at: family == .ipv4 ? 83 : 132, 1) }

    private var addressExpressions: [RuleExpression] {
        let width = family.addressBits / 8
        let header = family == .ipv4 ? 12 : 8
        return [(0, UInt64(0x08)), (1, 0x10)].flatMap { position, inversion -> [RuleExpression] in
            let address = Array(bytes[position * width..<(position + 1) * width])
            let mask = Array(bytes[(2 + position) * width..<(3 + position) * width])
            let field = RuleExpression.Field.payload(base: 1, offset: header + position * width, length: width)
            return comparison(field, address, mask, isInverted: inversions & inversion != 0)
        }
    }

    private var interfaceExpressions: [RuleExpression] {
        let start = 4 * family.addressBits / 8
        return [(0, UInt32(6)), (1, 7)].flatMap { position, key -> [RuleExpression] in
            let name = Array(bytes[start + 16 * position..<start + 16 * (position + 1)])
            let mask = Array(bytes[start + 32 + 16 * position..<start + 48 + 16 * position])
            return comparison(.meta(key), name, mask, isInverted: inversions & UInt64(1 << position) != 0)
        }
    }

    private func comparison(
        _ field: RuleExpression.Field, _ value: [UInt8], _ mask: [UInt8], isInverted: Bool
    ) -> [RuleExpression] {
        guard mask.contains(where: { $0 != 0 }) else { return [] }
        return [
            .load(field, into: 0),
            .mask(0, and: mask, xor: [UInt8](repeating: 0, count: mask.count), into: 0),
            .compare(0, isInverted ? .notEqual : .equal, zip(value, mask).map { $0 & $1 }),
        ]
    }

    private var protocolExpressions: [RuleExpression] {
        let number = bytes.littleEndian(at: family == .ipv4 ? 80 : 128, 2)
        guard number != 0 else { return [] }
        let isInverted = inversions & 0x40 != 0
        // `NFT_META_L4PROTO`.
        return [
            .load(.meta(16), into: 0),
            .compare(0, isInverted ? .notEqual : .equal, [UInt8(truncatingIfNeeded: number)]),
        ]
    }

    private var matchExpressions: [RuleExpression] {
        var (expressions, position): ([RuleExpression], Int) = ([], matches)
        while position + 32 <= target {
            let size = Int(bytes.littleEndian(at: position, 2))
            guard size >= 32, position + size <= target else { return [.unknown(into: nil)] }
            expressions.append(
                .extended(
                    bytes.text(at: position + 2, 29), revision: UInt32(bytes[position + 31]),
                    Array(bytes[position + 32..<position + size])))
            position += size
        }
        return expressions
    }

    private func verdict(_ names: [Int: String]) -> [RuleExpression] {
        guard let verdict = standardVerdict else {
            return switch targetName {
            case "REJECT", "DROP": [.verdict(.drop)]
            case "QUEUE", "NFQUEUE", "SYNPROXY": [.unknown(into: nil)]
            default: []
            }
        }
        switch verdict {
        case -1: return [.verdict(.drop)]
        case -2: return [.verdict(.accept)]
        case -5: return [.verdict(.return)]
        case 0...:
            guard let name = names[Int(verdict)] else { return [] }
            let goes = flags & (family == .ipv4 ? 0x02 : 0x04) != 0
            return [.verdict(goes ? .goto(name) : .jump(name))]
        default: return [.unknown(into: nil)]
        }
    }
}

extension [UInt8] {
    /// The caller has checked the bound. Every platform of ours is little-endian.
    fileprivate func littleEndian(at offset: Int, _ count: Int) -> UInt64 {
        self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    fileprivate func text(at offset: Int, _ limit: Int) -> String {
        String(
            decoding: self[Swift.min(offset, count)..<Swift.min(offset + limit, count)].prefix { $0 != 0 },
            as: UTF8.self)
    }
}
