// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// What one rule does with a packet.
struct RuleEvaluation {
    /// Where it may send the packet; empty when it only counts or logs, or does not match.
    private(set) var verdicts: [Verdict] = []
    /// Whether one of the verdicts is certain.
    private(set) var isCertain = false

    private let packet: Packet
    private let sets: [String: SetContent]
    private var registers = Registers()

    init(_ rule: ListedRule, _ packet: Packet, _ sets: [String: SetContent]) {
        self.packet = packet
        self.sets = sets
        var isKnown = true
        for expression in rule.expressions {
            if case .verdictMap(let register, let map) = expression {
                choose(register, map, isKnown)
                return
            }
            if let verdict = expression.verdict {
                (verdicts, isCertain) = ([verdict], isKnown)
                return
            }
            switch apply(expression) {
            case .yes: continue
            case .no: return
            case .unknown: isKnown = false
            }
        }
    }

    /// A key without an entry lets the packet go on.
    private mutating func choose(_ register: RuleExpression.Register, _ name: String, _ isKnown: Bool) {
        guard let map = sets[name] else { return }
        let fallback = map.fallback.map { [$0] } ?? []
        guard let length = map.keyLength, let key = registers.read(register, length) else {
            verdicts = (map.entries.compactMap(\.value) + fallback).compactMap(\.verdict)
            return
        }
        verdicts = (map.entry(of: key).map { [$0.value].compactMap(\.self) } ?? fallback).compactMap(\.verdict)
        isCertain = isKnown && !verdicts.isEmpty
    }

    private mutating func apply(_ expression: RuleExpression) -> Match {
        switch expression {
        case .load(let field, let register):
            guard let value = packet.value(of: field) else {
                registers.forget(register)
                return .yes
            }
            registers.write(value, register)
        case .value(let bytes, let register): registers.write(bytes, register)
        case .mask(let source, let mask, let xor, let target):
            store(registers.read(source, mask.count).map { zip(zip($0, mask), xor).map { $0.0 & $0.1 ^ $1 } }, target)
        case .swap(let source, let length, let size, let target):
            store(
                registers.read(source, length).map { bytes in
                    stride(from: 0, to: length, by: size).flatMap { bytes[$0..<min($0 + size, length)].reversed() }
                }, target)
        case .compare(let register, let comparison, let value): return registers.compare(register, comparison, value)
        case .range(let register, let first, let last, let isNegated):
            return registers.isInside(register, first, last, isNegated: isNegated)
        case .lookup(let register, let set, let isNegated): return look(register, set, isNegated)
        case .extended(let name, let revision, let content):
            return packet.matches(name, revision: revision, content)
        case .dataMap(_, _, let register): registers.forget(register)
        case .neutral, .verdict, .verdictMap, .reject, .translate, .masquerade, .redirect, .target, .mark: return .yes
        case .unknown(let register):
            guard let register else { return .unknown }
            registers.forget(register)
        }
        return .yes
    }

    private mutating func store(_ value: [UInt8]?, _ register: RuleExpression.Register) {
        if let value { registers.write(value, register) } else { registers.forget(register) }
    }

    private func look(_ register: RuleExpression.Register, _ name: String, _ isNegated: Bool) -> Match {
        guard let set = sets[name] else { return .unknown }
        guard let length = set.keyLength else { return Match(isNegated) }
        guard let key = registers.read(register, length) else { return .unknown }
        return Match((set.entry(of: key) != nil) != isNegated)
    }
}

extension RuleExpression {
    /// Where it sends every packet; a rejected one is dropped.
    var verdict: Verdict? {
        switch self {
        case .verdict(let verdict): verdict
        case .reject: .drop
        default: nil
        }
    }
}

extension Element.Value {
    fileprivate var verdict: Verdict? { if case .verdict(let verdict) = self { verdict } else { nil } }
}
