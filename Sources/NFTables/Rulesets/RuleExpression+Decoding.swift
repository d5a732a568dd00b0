// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import Netlink

extension RuleExpression {
    /// Reads one element of `NFTA_RULE_EXPRESSIONS`.
    init(decoding expression: RawSpan) throws(Malformation) {
        self.init(try ExpressionAttributes(decoding: expression))
    }

    private init(_ attributes: ExpressionAttributes) {
        switch attributes.kind {
        case "meta", "payload", "ct", "fib": self = Self.load(attributes)
        case "immediate": self = Self.immediate(attributes)
        case "bitwise": self = Self.bitwise(attributes)
        case "byteorder": self = Self.byteOrder(attributes)
        case "cmp": self = Self.comparison(attributes)
        case "range": self = Self.range(attributes)
        case "lookup": self = Self.lookup(attributes)
        case "reject": self = .reject
        case "masq": self = .masquerade
        case "nat": self = Self.translation(attributes)
        case "redir": self = .redirect(port: attributes.register(NFTA_REDIR_REG_PROTO_MIN.rawValue))
        case "match": self = Self.match(attributes)
        case "target": self = Self.target(attributes)
        // The kernel writes the option; what it reads of one is not known.
        case "exthdr" where attributes.number(NFTA_EXTHDR_SREG.rawValue) != nil: self = .neutral
        case "rt": self = .unknown(into: attributes.register(NFTA_RT_DREG.rawValue))
        case "counter", "log", "notrack", "dup", "flow_offload", "synproxy", "objref", "dynset",
            "last":
            self = .neutral
        default: self = .unknown(into: nil)
        }
    }

    /// Of an expression without a destination, which writes to the packet, there is nothing to know.
    private static func load(_ attributes: ExpressionAttributes) -> RuleExpression {
        switch attributes.kind {
        case "meta":
            guard let key = attributes.number(NFTA_META_KEY.rawValue),
                let register = attributes.register(NFTA_META_DREG.rawValue)
            else { return setting(attributes) }
            return .load(.meta(key), into: register)
        case "ct":
            guard let key = attributes.number(NFTA_CT_KEY.rawValue),
                let register = attributes.register(NFTA_CT_DREG.rawValue)
            else { return .neutral }
            return .load(.connection(key), into: register)
        case "fib":
            guard let register = attributes.register(NFTA_FIB_DREG.rawValue) else { return .unknown(into: nil) }
            let result = attributes.number(NFTA_FIB_RESULT.rawValue) ?? 0
            return .load(
                .route(result: result, flags: attributes.number(NFTA_FIB_FLAGS.rawValue) ?? 0), into: register)
        default:
            guard let register = attributes.register(NFTA_PAYLOAD_DREG.rawValue) else { return .neutral }
            guard let base = attributes.number(NFTA_PAYLOAD_BASE.rawValue),
                let offset = attributes.number(NFTA_PAYLOAD_OFFSET.rawValue),
                let length = attributes.number(NFTA_PAYLOAD_LEN.rawValue)
            else { return .unknown(into: register) }
            return .load(.payload(base: base, offset: Int(offset), length: Int(length)), into: register)
        }
    }

    private static func immediate(_ attributes: ExpressionAttributes) -> RuleExpression {
        switch attributes.data[NFTA_IMMEDIATE_DATA.rawValue] {
        case .verdict(let verdict): return .verdict(verdict)
        case .bytes(let bytes):
            guard let register = attributes.register(NFTA_IMMEDIATE_DREG.rawValue) else { return .neutral }
            return .value(bytes, into: register)
        case nil: return .unknown(into: nil)
        }
    }

    private static func bitwise(_ attributes: ExpressionAttributes) -> RuleExpression {
        let target = attributes.register(NFTA_BITWISE_DREG.rawValue)
        guard let target, let source = attributes.register(NFTA_BITWISE_SREG.rawValue),
            attributes.number(NFTA_BITWISE_OP.rawValue) ?? 0 == 0,
            let mask = attributes.bytes(ofData: NFTA_BITWISE_MASK.rawValue),
            let xor = attributes.bytes(ofData: NFTA_BITWISE_XOR.rawValue), mask.count == xor.count
        else { return .unknown(into: target) }
        return .mask(source, and: mask, xor: xor, into: target)
    }

    private static func byteOrder(_ attributes: ExpressionAttributes) -> RuleExpression {
        let target = attributes.register(NFTA_BYTEORDER_DREG.rawValue)
        guard let target, let source = attributes.register(NFTA_BYTEORDER_SREG.rawValue),
            let length = attributes.number(NFTA_BYTEORDER_LEN.rawValue),
            let size = attributes.number(NFTA_BYTEORDER_SIZE.rawValue), [2, 4, 8].contains(size), length <= 16
        else { return .unknown(into: target) }
        return .swap(source, length: Int(length), size: Int(size), into: target)
    }

    private static func comparison(_ attributes: ExpressionAttributes) -> RuleExpression {
        guard let source = attributes.register(NFTA_CMP_SREG.rawValue),
            let comparison = attributes.number(NFTA_CMP_OP.rawValue).flatMap(Comparison.init(rawValue:)),
            let bytes = attributes.bytes(ofData: NFTA_CMP_DATA.rawValue)
        else { return .unknown(into: nil) }
        return .compare(source, comparison, bytes)
    }

    private static func range(_ attributes: ExpressionAttributes) -> RuleExpression {
        guard let source = attributes.register(NFTA_RANGE_SREG.rawValue),
            let first = attributes.bytes(ofData: NFTA_RANGE_FROM_DATA.rawValue),
            let last = attributes.bytes(ofData: NFTA_RANGE_TO_DATA.rawValue), first.count == last.count
        else { return .unknown(into: nil) }
        let isNegated = attributes.number(NFTA_RANGE_OP.rawValue) == NFT_RANGE_NEQ.rawValue
        return .range(source, from: first, through: last, isNegated: isNegated)
    }

    private static func lookup(_ attributes: ExpressionAttributes) -> RuleExpression {
        guard let source = attributes.register(NFTA_LOOKUP_SREG.rawValue),
            let set = attributes.text(NFTA_LOOKUP_SET.rawValue)
        else { return .unknown(into: nil) }
        guard let target = attributes.number(NFTA_LOOKUP_DREG.rawValue) else {
            let flags = attributes.number(NFTA_LOOKUP_FLAGS.rawValue) ?? 0
            return .lookup(source, set: set, isNegated: flags & 1 == 1)
        }
        if target == NFT_REG_VERDICT.rawValue { return .verdictMap(source, map: set) }
        guard let register = attributes.register(NFTA_LOOKUP_DREG.rawValue) else { return .unknown(into: nil) }
        return .dataMap(source, map: set, into: register)
    }

    private static func translation(_ attributes: ExpressionAttributes) -> RuleExpression {
        let isSource = attributes.number(NFTA_NAT_TYPE.rawValue) ?? 0 == NFT_NAT_SNAT.rawValue
        return .translate(
            isSource ? .source : .destination, address: attributes.register(NFTA_NAT_REG_ADDR_MIN.rawValue),
            port: attributes.register(NFTA_NAT_REG_PROTO_MIN.rawValue))
    }

    /// `meta mark set` counts, since later rules may ask for it.
    private static func setting(_ attributes: ExpressionAttributes) -> RuleExpression {
        guard attributes.number(NFTA_META_KEY.rawValue) == NFT_META_MARK.rawValue,
            let register = attributes.register(NFTA_META_SREG.rawValue)
        else { return .neutral }
        return .mark(from: register)
    }

    // Attributes of the two that wrap iptables' own modules: 1 name, 2 revision, 3 content. linux/netfilter/nf_tables_compat.h

    private static func match(_ attributes: ExpressionAttributes) -> RuleExpression {
        .extended(attributes.text(1) ?? "", revision: attributes.number(2) ?? 0, attributes.bytes[3] ?? [])
    }

    private static func target(_ attributes: ExpressionAttributes) -> RuleExpression {
        switch attributes.text(1) {
        case "DROP": .verdict(.drop)
        case "REJECT": .reject
        case "MASQUERADE": .masquerade
        case "DNAT", "SNAT", "REDIRECT":
            .target(attributes.text(1) ?? "", revision: attributes.number(2) ?? 0, attributes.bytes[3] ?? [])
        case "QUEUE", "NFQUEUE", "SYNPROXY": .unknown(into: nil)
        default: .neutral
        }
    }
}

/// What the kernel says of an expression, by the numbers of its attributes.
private struct ExpressionAttributes {
    private(set) var kind = ""
    private(set) var bytes: [UInt32: [UInt8]] = [:]
    private(set) var data: [UInt32: Element.Value] = [:]

    /// Those whose attributes may hold `NFTA_DATA`.
    private static let nesting = ["cmp", "immediate", "bitwise", "range"]

    init(decoding expression: RawSpan) throws(Malformation) {
        try expression.forEachAttribute { type, content throws(Malformation) in
            // The kernel sends the name first.
            if type == NFTA_EXPR_NAME.rawValue { kind = content.text() }
            guard type == NFTA_EXPR_DATA.rawValue else { return }
            let nests = Self.nesting.contains(kind)
            try content.forEachAttribute { type, value throws(Malformation) in
                let type = UInt32(type)
                bytes[type] = value.bytes()
                // Numbers are four bytes long, and data at least eight.
                if nests, value.byteCount >= 8 { data[type] = try Element.Value(decoding: value) }
            }
        }
    }

    func number(_ type: UInt32) -> UInt32? {
        guard let bytes = bytes[type], bytes.count == 4 else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    func text(_ type: UInt32) -> String? {
        bytes[type].map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    func bytes(ofData type: UInt32) -> [UInt8]? {
        if case .bytes(let bytes) = data[type] { bytes } else { nil }
    }

    /// There are four registers of sixteen bytes, and the same as sixteen of four.
    func register(_ type: UInt32) -> RuleExpression.Register? {
        guard let number = number(type) else { return nil }
        if (NFT_REG_1.rawValue...NFT_REG_4.rawValue).contains(number) { return Int(number - NFT_REG_1.rawValue) * 16 }
        guard (NFT_REG32_00.rawValue...NFT_REG32_15.rawValue).contains(number) else { return nil }
        return Int(number - NFT_REG32_00.rawValue) * 4
    }
}
