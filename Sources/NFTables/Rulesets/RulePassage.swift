// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import NetworkTypes

/// What one rule does with one known packet.
struct RulePassage {
    enum Action {
        case verdict(Verdict)
        case reject
        case translateSource(IPAddress)
        case translateDestination(IPAddress, UInt16)
    }

    enum Outcome {
        case mismatch
        /// Nil when the rule decides nothing.
        case match(Action?)
        /// It depends on something that is not known here.
        case unclear
    }

    /// What one expression says.
    private enum Step {
        case next
        case mismatch
        case unclear
        case act(Action)

        init(_ match: Match) {
            switch match {
            case .yes: self = .next
            case .no: self = .mismatch
            case .unknown: self = .unclear
            }
        }
    }

    private let rule: Ruleset.Rule
    private let base: BaseChain
    private let ruleset: Ruleset
    private var registers = Registers()
    /// With what the rule wrote into it.
    private(set) var packet: TracedPacket

    init(_ rule: Ruleset.Rule, at base: BaseChain, of ruleset: Ruleset, _ packet: TracedPacket) {
        self.rule = rule
        self.base = base
        self.ruleset = ruleset
        self.packet = packet
    }

    /// Behind something unclear the rest is looked at all the same: it may tell that the rule does not match.
    mutating func run(asking context: inout some RulesetContext & ~Copyable) -> Outcome {
        var isClear = true
        for expression in rule.listed.expressions {
            switch apply(expression, asking: &context) {
            case .next: continue
            case .mismatch: return .mismatch
            case .unclear: isClear = false
            case .act(let action): return isClear ? .match(action) : .unclear
            }
        }
        return isClear ? .match(nil) : .unclear
    }

    private mutating func apply(
        _ expression: RuleExpression, asking context: inout some RulesetContext & ~Copyable
    ) -> Step {
        switch expression {
        case .load(let field, let register): store(value(of: field, asking: &context), register)
        case .value(let bytes, let register): registers.write(bytes, register)
        case .mask(let source, let mask, let xor, let target):
            store(registers.read(source, mask.count).map { zip(zip($0, mask), xor).map { $0.0 & $0.1 ^ $1 } }, target)
        case .swap(_, _, _, let target): registers.forget(target)
        case .compare(let register, let comparison, let value):
            return Step(registers.compare(register, comparison, value))
        case .range(let register, let first, let last, let isNegated):
            return Step(registers.isInside(register, first, last, isNegated: isNegated))
        case .lookup(let register, let set, let isNegated):
            guard let key = key(register, of: set) else { return .unclear }
            return (key.flatMap { entry(of: $0, in: set) } != nil) != isNegated ? .next : .mismatch
        case .verdictMap(let register, let map):
            guard let key = key(register, of: map) else { return .unclear }
            let value = key.flatMap { entry(of: $0, in: map)?.value } ?? ruleset.set(map, in: rule.table)?.fallback
            guard case .verdict(let verdict) = value else { return .mismatch }
            return .act(.verdict(verdict))
        case .dataMap(let register, let map, let target):
            guard let key = key(register, of: map) else { return .unclear }
            guard let key, case .bytes(let bytes) = entry(of: key, in: map)?.value else { return .mismatch }
            registers.write(bytes, target)
        case .extended(let name, let revision, let info):
            return Step(XTablesMatch(name: name, revision: revision, info: info).matches(packet, asking: &context))
        case .mark(let register):
            guard let bytes = registers.read(register, 4) else { return .next }
            packet.mark = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        case .neutral: break
        case .unknown(let register):
            guard let register else { return .unclear }
            registers.forget(register)
        case .verdict, .reject, .masquerade, .redirect, .translate, .target:
            return conclude(expression, asking: &context)
        }
        return .next
    }

    private mutating func store(_ value: [UInt8]?, _ register: RuleExpression.Register) {
        if let value { registers.write(value, register) } else { registers.forget(register) }
    }

    /// Nil when the key is not known; a nil inside when the set is empty, so that no key has a length.
    private func key(_ register: RuleExpression.Register, of set: String) -> [UInt8]?? {
        guard let length = ruleset.set(set, in: rule.table)?.keyLength else { return .some(nil) }
        return registers.read(register, length).map { .some($0) }
    }

    private func entry(of key: [UInt8], in set: String) -> SetContent.Entry? {
        ruleset.set(set, in: rule.table)?.entry(of: key)
    }

    private func value(
        of field: RuleExpression.Field, asking context: inout some RulesetContext & ~Copyable
    ) -> [UInt8]? {
        switch field {
        case .meta(let key): packet.metadata(key)
        case .payload(let base, let offset, let length): packet.header(base, offset, length)
        // Before connection tracking a packet belongs to no connection.
        case .connection(let key): packet.connection(key, isTracked: base.base.priority.rawValue > -200)
        case .route(let result, let flags): route(result, flags, asking: &context)
        }
    }

    private func route(
        _ result: UInt32, _ flags: UInt32, asking context: inout some RulesetContext & ~Copyable
    ) -> [UInt8]? {
        let address = flags & NFTA_FIB_F_SADDR.rawValue != 0 ? packet.source : packet.destination
        if result == NFT_FIB_RESULT_ADDRTYPE.rawValue {
            return context.addressType(address).map { Mark($0).datumBytes }
        }
        var found = context.interface(to: address)
        if flags & NFTA_FIB_F_IIF.rawValue != 0, found != packet.input { found = nil }
        if flags & NFTA_FIB_F_OIF.rawValue != 0, found != packet.output { found = nil }
        if flags & NFTA_FIB_F_PRESENT.rawValue != 0 { return [found == nil ? 0 : 1] }
        return result == NFT_FIB_RESULT_OIF.rawValue ? Mark(found?.index ?? 0).datumBytes : found.nameBytes
    }

    private func conclude(
        _ expression: RuleExpression, asking context: inout some RulesetContext & ~Copyable
    ) -> Step {
        switch expression {
        case .verdict(let verdict): return .act(.verdict(verdict))
        case .reject: return .act(.reject)
        case .masquerade:
            let own = packet.output.flatMap { context.address(of: $0, to: packet.destination) }
            return own.map { .act(.translateSource($0)) } ?? .unclear
        case .redirect(let port):
            let loopback = IPPrefix.loopback(packet.family).last
            let own = packet.input.flatMap { context.address(of: $0, to: packet.source) }
            guard let target = packet.input == nil ? loopback : own else { return .unclear }
            return .act(.translateDestination(target, self.port(port) ?? packet.destinationPort))
        case .translate(let end, let address, let port): return translate(end, address, port)
        case .target(let name, let revision, let info):
            let target = XTablesTarget(name: name, revision: revision, info: info)
            return conclude(target.effect)
        default: return .next
        }
    }

    private func translate(
        _ end: Statement.End, _ register: RuleExpression.Register?, _ port: RuleExpression.Register?
    ) -> Step {
        var address = end == .source ? packet.source : packet.destination
        if let register {
            let bytes = registers.read(register, packet.family.addressBits / 8)
            guard let known = bytes.flatMap({ IPAddress(bytes: $0) }) else { return .unclear }
            address = known
        }
        if end == .source { return .act(.translateSource(address)) }
        return .act(.translateDestination(address, self.port(port) ?? packet.destinationPort))
    }

    private func port(_ register: RuleExpression.Register?) -> UInt16? {
        register.flatMap { registers.read($0, 2) }.map { UInt16($0[0]) << 8 | UInt16($0[1]) }
    }

    private func conclude(_ effect: XTablesTarget.Effect) -> Step {
        switch effect {
        case .translateDestination(let address, let port):
            .act(.translateDestination(address ?? packet.destination, port ?? packet.destinationPort))
        case .translateSource(let address): .act(.translateSource(address))
        case .unknown: .unclear
        }
    }
}
