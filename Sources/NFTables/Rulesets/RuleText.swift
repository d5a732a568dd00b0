// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import NetworkTypes

extension Ruleset.Rule {
    /// The rule much as nft(8) lists it. What has no short form is named in brackets.
    package var text: String {
        var text = RuleText()
        for expression in listed.expressions { text.append(expression) }
        return text.words.joined(separator: " ") + (listed.comment.map { " comment \"\($0)\"" } ?? "")
    }
}

/// Puts what a rule loads together again with what it does to it.
private struct RuleText {
    private(set) var words: [String] = []
    /// What the registers hold.
    private var fields: [RuleExpression.Register: FieldText] = [:]
    private var masks: [RuleExpression.Register: [UInt8]] = [:]

    mutating func append(_ expression: RuleExpression) {
        switch expression {
        case .load(let field, let register): fields[register] = FieldText(field)
        case .mask(let source, let mask, _, let target):
            fields[target] = fields[source]
            masks[target] = mask
        case .swap(let source, _, _, let target): fields[target] = fields[source]
        case .compare(let register, let comparison, let value): compare(register, comparison, value)
        case .range(let register, let first, let last, let isNegated):
            let field = field(register)
            words.append("\(field.name) \(isNegated ? "!= " : "")\(field.text(of: first))-\(field.text(of: last))")
        case .lookup(let register, let set, let isNegated): look(register, "\(isNegated ? "!= " : "")@\(set)")
        case .verdictMap(let register, let map): look(register, "vmap @\(map)")
        case .dataMap(let register, let map, let target):
            look(register, "map @\(map)")
            fields[target] = nil
        case .value(let value, let register):
            fields[register] = FieldText(value: value)
        case .verdict(let verdict): words.append("\(verdict)")
        case .reject: words.append("reject")
        case .translate(let end, let address, _):
            let target = address.flatMap { fields[$0]?.name }
            words.append((end == .source ? "snat" : "dnat") + (target.map { " to \($0)" } ?? ""))
        case .masquerade: words.append("masquerade")
        case .redirect: words.append("redirect")
        case .extended(let name, _, _): if name != "comment" { words.append("[\(name)]") }
        case .target(let name, _, _): words.append("[\(name)]")
        case .neutral, .mark: break
        case .unknown(let register): if register == nil { words.append("[?]") }
        }
    }

    private func field(_ register: RuleExpression.Register) -> FieldText { fields[register] ?? FieldText() }

    /// The fields of a concatenation are in registers that follow each other.
    private mutating func look(_ register: RuleExpression.Register, _ what: String) {
        let key = fields.filter { $0.key >= register }.sorted { $0.key < $1.key }.map(\.value.name)
        words.append("\(key.joined(separator: " . ")) \(what)")
        fields = [:]
    }

    private mutating func compare(
        _ register: RuleExpression.Register, _ comparison: RuleExpression.Comparison, _ value: [UInt8]
    ) {
        let field = field(register)
        let mask = masks.removeValue(forKey: register)
        if let mask, field.isMask, comparison == .notEqual {
            return words.append("\(field.name) \(field.text(of: mask))")
        }
        let sign = ["", "!= ", "< ", "<= ", "> ", ">= "][Int(comparison.rawValue)]
        words.append("\(field.name) \(sign)\(field.text(of: value))\(mask.map { field.length(of: $0) } ?? "")")
    }
}

/// A field of a rule in the words of nft(8).
private struct FieldText {
    /// How values of the field look.
    private enum Kind {
        case address, interface, transport, port, states, status, family, addressType, number, bytes
    }

    let name: String
    private let kind: Kind

    init() { (name, kind) = ("[?]", .bytes) }

    /// A constant, which is an address more often than not.
    init(value: [UInt8]) {
        (name, kind) = (IPAddress(bytes: value)?.description ?? Self.hexadecimal(value), .bytes)
    }

    init(_ field: RuleExpression.Field) {
        switch field {
        case .meta(let key): (name, kind) = Self.meta(key)
        case .payload(let base, let offset, let length): (name, kind) = Self.payload(base, offset, length)
        case .connection(NFT_CT_STATE.rawValue): (name, kind) = ("ct state", .states)
        case .connection(NFT_CT_STATUS.rawValue): (name, kind) = ("ct status", .status)
        case .connection(let key): (name, kind) = ("ct key \(key)", .bytes)
        case .route(let result, let flags):
            let end = flags & NFTA_FIB_F_SADDR.rawValue != 0 ? "saddr" : "daddr"
            let isType = result == NFT_FIB_RESULT_ADDRTYPE.rawValue
            (name, kind) = ("fib \(end) \(isType ? "type" : "oif")", isType ? .addressType : .number)
        }
    }

    private static func meta(_ key: UInt32) -> (String, Kind) {
        switch key {
        case NFT_META_MARK.rawValue: ("meta mark", .number)
        case NFT_META_IIF.rawValue: ("iif", .number)
        case NFT_META_OIF.rawValue: ("oif", .number)
        case NFT_META_IIFNAME.rawValue: ("iifname", .interface)
        case NFT_META_OIFNAME.rawValue: ("oifname", .interface)
        case NFT_META_NFPROTO.rawValue: ("meta nfproto", .family)
        case NFT_META_L4PROTO.rawValue: ("meta l4proto", .transport)
        default: ("meta key \(key)", .bytes)
        }
    }

    private static func payload(_ base: UInt32, _ offset: Int, _ length: Int) -> (String, Kind) {
        switch (base, offset, length) {
        case (NFT_PAYLOAD_NETWORK_HEADER.rawValue, 12, 1...4): ("ip saddr", .address)
        case (NFT_PAYLOAD_NETWORK_HEADER.rawValue, 16, 1...4): ("ip daddr", .address)
        case (NFT_PAYLOAD_NETWORK_HEADER.rawValue, 9, 1): ("ip protocol", .transport)
        case (NFT_PAYLOAD_NETWORK_HEADER.rawValue, 8, 5...16): ("ip6 saddr", .address)
        case (NFT_PAYLOAD_NETWORK_HEADER.rawValue, 24, 1...16): ("ip6 daddr", .address)
        case (NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, 0, 2): ("th sport", .port)
        case (NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, 2, 2): ("th dport", .port)
        case (NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, 13, 1): ("tcp flags", .bytes)
        default: ("@\(base),\(offset * 8),\(length * 8)", .bytes)
        }
    }

    /// Whether a comparison with a mask asks for any of its bits.
    var isMask: Bool { kind == .states || kind == .status }

    func text(of value: [UInt8]) -> String {
        let number = value.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch kind {
        case .interface:
            return "\"\(String(decoding: value.prefix { $0 != 0 }, as: UTF8.self))\(value.last == 0 ? "" : "*")\""
        case .states:
            return Self.words(number, [1: "invalid", 2: "established", 4: "related", 8: "new", 64: "untracked"])
        case .status: return Self.words(number, [0x10: "snat", 0x20: "dnat"])
        case .addressType: return Self.word(number, [1: "unicast", 2: "local", 3: "broadcast", 5: "multicast"])
        case .family: return Self.word(number, [2: "ipv4", 10: "ipv6"])
        case .transport: return Self.word(number, [1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp"])
        case .port: return "\(value.reduce(0) { $0 << 8 | UInt64($1) })"
        case .number: return "\(number)"
        case .address: return address(value)
        case .bytes: return Self.hexadecimal(value)
        }
    }

    /// nft(8) compares only the octets of a prefix that ends with one.
    private func address(_ value: [UInt8]) -> String {
        let length = name.hasPrefix("ip6") ? 16 : 4
        let whole = IPAddress(bytes: value + [UInt8](repeating: 0, count: max(0, length - value.count)))
        let text = whole?.description ?? Self.hexadecimal(value)
        return value.count < length ? "\(text)/\(value.count * 8)" : text
    }

    /// The length of a prefix that a mask leaves.
    func length(of mask: [UInt8]) -> String {
        kind == .address ? "/\(mask.reduce(0) { $0 + $1.nonzeroBitCount })" : " & \(Self.hexadecimal(mask))"
    }

    private static func word(_ number: UInt64, _ names: [UInt64: String]) -> String { names[number] ?? "\(number)" }

    private static func words(_ mask: UInt64, _ names: [UInt64: String]) -> String {
        names.filter { mask & $0.key != 0 }.sorted { $0.key < $1.key }.map(\.value).joined(separator: ",")
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.reduce("0x") { $0 + ($1 < 16 ? "0" : "") + String($1, radix: 16) }
    }
}
