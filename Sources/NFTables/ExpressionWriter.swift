// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import Glibc
internal import NetworkTypes

/// Writes the statements of one rule as the expressions that nft(8) makes of them, so that it can list them.
@safe
struct ExpressionWriter {
    private let rule: OpaquePointer
    /// The family that the rule is already known to be limited to.
    private var family: IPFamily?
    private var isTCP = false

    init(rule: OpaquePointer, table: TableFamily) {
        unsafe self.rule = rule
        family = [.ipv4: .ipv4, .ipv6: .ipv6][table]
    }

    mutating func append(_ statement: Statement) {
        switch statement {
        case .family(let family): require(family)
        case .equals(let field, let value):
            load(field, into: register(at: 0))
            compare(to: value)
        case .lookup(let fields, let set, let isNegated): lookup(fields, in: set, isNegated: isNegated)
        case .prefix(let end, let prefix, let isNegated): match(end, prefix, isNegated: isNegated)
        case .isLocal(let end): matchLocal(end)
        case .destinationWasTranslated: matchConnection(number(NFT_CT_STATUS), bits: 1 << 5)
        case .connectionState(let states):
            matchConnection(number(NFT_CT_STATE), bits: states.reduce(0) { $0 | $1.rawValue })
        case .trackedState(let states): matchTracked(states.reduce(0) { $0 | $1.rawValue })
        case .counter: add("counter") { _ in }
        case .transport(let transport):
            load(meta: number(NFT_META_L4PROTO))
            compare(to: [transport.number])
        case .port(let end, let port):
            let offset: UInt32 = end == .source ? 0 : 2
            load(base: NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, offset: offset, length: 2, into: register(at: 0))
            compare(to: [UInt8(port >> 8), UInt8(port & 0xff)])
        case .isTCPSYN: matchSYN()
        case .clampSegmentSize: clampSegmentSize()
        case .destinationNAT(let family, let fields, let map):
            translate(NFT_NAT_DNAT, family, fields, map, withPort: true)
        case .sourceNAT(let family, let fields, let map):
            translate(NFT_NAT_SNAT, family, fields, map, withPort: false)
        case .masquerade: add("masq") { _ in }
        case .trace: trace()
        case .verdict(let verdict): decide(verdict)
        case .verdictMap(let fields, let map): lookup(fields, in: map, result: number(NFT_REG_VERDICT))
        }
    }

    /// Limits the rule to packets of `family`, once. A header field of one family means nothing in the other.
    private mutating func require(_ family: IPFamily) {
        guard self.family != family else { return }
        self.family = family
        load(meta: number(NFT_META_NFPROTO))
        compare(to: [UInt8(family.protocolFamily)])
    }

    private mutating func lookup(
        _ fields: [Field], in set: String, isNegated: Bool = false, result: UInt32? = nil
    ) {
        var offset = 0
        for field in fields {
            load(field, into: register(at: offset))
            offset += field.dataType.registerLength
        }
        add("lookup") { lookup in
            lookup.put(NFTNL_EXPR_LOOKUP_SREG, register(at: 0))
            lookup.put(NFTNL_EXPR_LOOKUP_SET, set)
            if let result { lookup.put(NFTNL_EXPR_LOOKUP_DREG, result) }
            if isNegated { lookup.put(NFTNL_EXPR_LOOKUP_FLAGS, number(NFT_LOOKUP_F_INV)) }
        }
    }

    private mutating func load(_ field: Field, into register: UInt32) {
        if let family = field.family { require(family) }
        let network = NFT_PAYLOAD_NETWORK_HEADER.rawValue
        switch field {
        case .inputInterface: load(meta: number(NFT_META_IIFNAME), into: register)
        case .outputInterface: load(meta: number(NFT_META_OIFNAME), into: register)
        case .transportProtocol: load(meta: number(NFT_META_L4PROTO), into: register)
        case .destinationPort:
            load(base: NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, offset: 2, length: 2, into: register)
        case .sourceMACAddress:
            load(base: NFT_PAYLOAD_LL_HEADER.rawValue, offset: 6, length: 6, into: register)
        case .source(.ipv4): load(base: network, offset: 12, length: 4, into: register)
        case .source(.ipv6): load(base: network, offset: 8, length: 16, into: register)
        case .destination(.ipv4): load(base: network, offset: 16, length: 4, into: register)
        case .destination(.ipv6): load(base: network, offset: 24, length: 16, into: register)
        }
    }

    private mutating func match(_ end: Statement.End, _ prefix: IPPrefix, isNegated: Bool) {
        let field: Field = end == .source ? .source(prefix.family) : .destination(prefix.family)
        load(field, into: register(at: 0))
        if prefix.hostBits > 0 { mask(with: netmask(prefix)) }
        compare(to: prefix.first.bytes, isNegated: isNegated)
    }

    private func matchLocal(_ end: Statement.End) {
        add("fib") { fib in
            fib.put(NFTNL_EXPR_FIB_DREG, register(at: 0))
            fib.put(NFTNL_EXPR_FIB_RESULT, number(NFT_FIB_RESULT_ADDRTYPE))
            fib.put(NFTNL_EXPR_FIB_FLAGS, number(end == .source ? NFTA_FIB_F_SADDR : NFTA_FIB_F_DADDR))
        }
        compare(to: hostBytes(UInt32(RTN_LOCAL)))
    }

    /// Matches when any of `bits` is set in what conntrack knows under `key`.
    private func matchConnection(_ key: UInt32, bits: UInt32) {
        add("ct") { ct in
            ct.put(NFTNL_EXPR_CT_DREG, register(at: 0))
            ct.put(NFTNL_EXPR_CT_KEY, key)
        }
        mask(with: hostBytes(bits))
        compare(to: hostBytes(0), isNegated: true)
    }

    /// `struct xt_conntrack_mtinfo3` with nothing in it but the states that match.
    private func matchTracked(_ states: UInt32) {
        var information = [UInt8](repeating: 0, count: 168)  // its size, aligned as XT_ALIGN() does
        information[146] = 1  // match_flags: XT_CONNTRACK_STATE
        information[150] = UInt8(truncatingIfNeeded: states)  // state_mask, in the order of the host
        add("match") { match in
            match.put(NFTNL_EXPR_MT_NAME, "conntrack")
            match.put(NFTNL_EXPR_MT_REV, 3)
            match.give(NFTNL_EXPR_MT_INFO, information)
        }
    }

    private mutating func matchSYN() {
        load(meta: number(NFT_META_L4PROTO))
        compare(to: [L4Protocol.tcp.number])
        load(base: NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, offset: 13, length: 1, into: register(at: 0))
        mask(with: [0x02])
        compare(to: [0], isNegated: true)
    }

    private func trace() {
        add("immediate") { immediate in
            immediate.put(NFTNL_EXPR_IMM_DREG, register(at: 0))
            immediate.put(NFTNL_EXPR_IMM_DATA, [1])
        }
        add("meta") { meta in
            meta.put(NFTNL_EXPR_META_KEY, number(NFT_META_NFTRACE))
            meta.put(NFTNL_EXPR_META_SREG, register(at: 0))
        }
    }

    private func clampSegmentSize() {
        add("rt") { route in
            route.put(NFTNL_EXPR_RT_KEY, number(NFT_RT_TCPMSS))
            route.put(NFTNL_EXPR_RT_DREG, register(at: 0))
        }
        add("byteorder") { order in
            order.put(NFTNL_EXPR_BYTEORDER_SREG, register(at: 0))
            order.put(NFTNL_EXPR_BYTEORDER_DREG, register(at: 0))
            order.put(NFTNL_EXPR_BYTEORDER_OP, number(NFT_BYTEORDER_HTON))
            order.put(NFTNL_EXPR_BYTEORDER_LEN, 2)
            order.put(NFTNL_EXPR_BYTEORDER_SIZE, 2)
        }
        add("exthdr") { option in
            option.put(NFTNL_EXPR_EXTHDR_SREG, register(at: 0))
            option.put(NFTNL_EXPR_EXTHDR_TYPE, octet: 2)  // TCPOPT_MAXSEG
            option.put(NFTNL_EXPR_EXTHDR_OFFSET, 2)
            option.put(NFTNL_EXPR_EXTHDR_LEN, 2)
            option.put(NFTNL_EXPR_EXTHDR_OP, number(NFT_EXTHDR_OP_TCPOPT))
        }
    }

    private mutating func translate(
        _ kind: nft_nat_types, _ family: IPFamily, _ fields: [Field], _ map: String, withPort: Bool
    ) {
        lookup(fields, in: map, result: register(at: 0))
        add("nat") { nat in
            nat.put(NFTNL_EXPR_NAT_TYPE, kind.rawValue)
            nat.put(NFTNL_EXPR_NAT_FAMILY, family.protocolFamily)
            nat.put(NFTNL_EXPR_NAT_REG_ADDR_MIN, register(at: 0))
            if withPort { nat.put(NFTNL_EXPR_NAT_REG_PROTO_MIN, register(at: family.addressBits / 8)) }
        }
    }

    private func decide(_ verdict: Verdict) {
        add("immediate") { immediate in
            immediate.put(NFTNL_EXPR_IMM_DREG, number(NFT_REG_VERDICT))
            immediate.put(NFTNL_EXPR_IMM_VERDICT, verdict.code)
            if let chain = verdict.chain { immediate.put(NFTNL_EXPR_IMM_CHAIN, chain) }
        }
    }

    private func load(meta key: UInt32, into destination: UInt32 = register(at: 0)) {
        add("meta") { meta in
            meta.put(NFTNL_EXPR_META_KEY, key)
            meta.put(NFTNL_EXPR_META_DREG, destination)
        }
    }

    private func load(base: UInt32, offset: UInt32, length: UInt32, into destination: UInt32) {
        add("payload") { payload in
            payload.put(NFTNL_EXPR_PAYLOAD_BASE, base)
            payload.put(NFTNL_EXPR_PAYLOAD_OFFSET, offset)
            payload.put(NFTNL_EXPR_PAYLOAD_LEN, length)
            payload.put(NFTNL_EXPR_PAYLOAD_DREG, destination)
        }
    }

    private func mask(with bytes: [UInt8]) {
        add("bitwise") { bitwise in
            bitwise.put(NFTNL_EXPR_BITWISE_SREG, register(at: 0))
            bitwise.put(NFTNL_EXPR_BITWISE_DREG, register(at: 0))
            bitwise.put(NFTNL_EXPR_BITWISE_LEN, UInt32(bytes.count))
            bitwise.put(NFTNL_EXPR_BITWISE_MASK, bytes)
            bitwise.put(NFTNL_EXPR_BITWISE_XOR, [UInt8](repeating: 0, count: bytes.count))
        }
    }

    private func compare(to bytes: [UInt8], isNegated: Bool = false) {
        add("cmp") { cmp in
            cmp.put(NFTNL_EXPR_CMP_SREG, register(at: 0))
            cmp.put(NFTNL_EXPR_CMP_OP, isNegated ? NFT_CMP_NEQ.rawValue : NFT_CMP_EQ.rawValue)
            cmp.put(NFTNL_EXPR_CMP_DATA, bytes)
        }
    }

    private func add(_ name: String, _ fill: (Expression) -> Void) {
        let pointer = unsafe allocated(nftnl_expr_alloc(name))
        unsafe fill(Expression(pointer: pointer))
        unsafe nftnl_rule_add_expr(rule, pointer)  // the rule owns it from here on
    }
}

/// An expression that is being filled in.
@safe
private struct Expression {
    let pointer: OpaquePointer

    func put(_ number: Int, _ value: UInt32) { unsafe nftnl_expr_set_u32(pointer, attribute(number), value) }
    func put(_ number: Int, octet: UInt8) { unsafe nftnl_expr_set_u8(pointer, attribute(number), octet) }
    func put(_ number: Int, _ text: String) { unsafe nftnl_expr_set_str(pointer, attribute(number), text) }
    /// For an attribute that libnftnl takes over and frees.
    func give(_ number: Int, _ bytes: [UInt8]) {
        guard let copy = unsafe malloc(bytes.count) else { preconditionFailure("out of memory") }
        unsafe copy.copyMemory(from: bytes, byteCount: bytes.count)
        unsafe nftnl_expr_set(pointer, attribute(number), copy, UInt32(bytes.count))
    }
    func put(_ number: Int, _ bytes: [UInt8]) {
        unsafe nftnl_expr_set(pointer, attribute(number), bytes, UInt32(bytes.count))
    }
}

/// The register that holds the byte at `offset` of a key, numbered as nft(8) does: four wide ones over sixteen narrow.
private func register(at offset: Int) -> UInt32 {
    let word = UInt32(offset / 4)
    return word % 4 == 0 ? number(NFT_REG_1) + word / 4 : number(NFT_REG32_00) + word
}

private func netmask(_ prefix: IPPrefix) -> [UInt8] {
    (0..<prefix.family.addressBits / 8).map { index in
        let bits = min(max(prefix.length - 8 * index, 0), 8)
        return UInt8(truncatingIfNeeded: 0xff00 >> bits)
    }
}

private func hostBytes(_ value: UInt32) -> [UInt8] { Mark(value).datumBytes }

extension IPFamily {
    /// `NFPROTO_IPV4`, `NFPROTO_IPV6`.
    fileprivate var protocolFamily: UInt32 { self == .ipv4 ? 2 : 10 }
}
