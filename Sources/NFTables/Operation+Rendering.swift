// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

extension Operation {
    /// The nft(8) command that does the same.
    func text(in table: Table) -> String {
        let place = "\(table.family.text) \(table.name)"
        switch self {
        case .add(let object): return "add \(object.declaration(in: table))"
        case .create(let object): return "create \(object.declaration(in: table))"
        case .delete(let object): return "delete \(object.name(in: table))"
        case .flush(let object): return "flush \(object.name(in: table))"
        case .addRule(let rule): return "add rule \(place) \(rule.chain) \(rule.text)"
        case .insertRule(let rule, let handle):
            return "insert rule \(place) \(rule.chain) handle \(handle) \(rule.text)"
        case .deleteRule(let chain, let handle): return "delete rule \(place) \(chain) handle \(handle)"
        case .elements(let verb, let set, let elements):
            let texts = elements.map { verb == .delete ? set.keyText(of: $0) : set.text(of: $0) }
            return "\(verb.rawValue) element \(place) \(set.name) { \(texts.joined(separator: ", ")) }"
        }
    }
}

extension Operation.Object {
    /// Kind and name: `chain inet filter input`.
    fileprivate func name(in table: Table) -> String {
        let place = "\(table.family.text) \(table.name)"
        switch self {
        case .table: return "table \(place)"
        case .chain(let chain): return "chain \(place) \(chain.name)"
        case .set(let set): return "\(set.word) \(place) \(set.name)"
        }
    }

    /// Kind, name and everything `add` needs to know.
    fileprivate func declaration(in table: Table) -> String {
        switch self {
        case .table:
            let clauses = (table.isOwned ? ["flags owner;"] : []) + (table.comment.map { ["comment \"\($0)\";"] } ?? [])
            return name(in: table) + (clauses.isEmpty ? "" : " { \(clauses.joined(separator: " ")) }")
        case .chain(let chain):
            guard let base = chain.base else { return name(in: table) }
            return "\(name(in: table)) { \(base.text(in: table.family)) }"
        case .set(let set): return "\(name(in: table)) { \(set.text) }"
        }
    }
}

extension Chain.Base {
    fileprivate func text(in family: TableFamily) -> String {
        "type \(kind.rawValue) hook \(hook.text) priority \(priority.text(at: hook, of: family)); policy \(policy.text);"
    }
}

extension SetDeclaration {
    fileprivate var word: String { value == nil ? "set" : "map" }

    fileprivate var text: String {
        var clauses = ["type \(key.text)"]
        switch value {
        case .data(let type): clauses[0] += " : \(type.text)"
        case .verdict: clauses[0] += " : verdict"
        case nil: break
        }
        if isInterval { clauses.append("flags interval") }
        if let comment { clauses.append("comment \"\(comment)\"") }
        return clauses.map { $0 + ";" }.joined(separator: " ")
    }

    fileprivate func keyText(of element: Element) -> String {
        key.text(from: element.key, through: element.lastKey ?? element.key)
    }

    fileprivate func text(of element: Element) -> String {
        var text = keyText(of: element)
        if let comment = element.comment { text += " comment \"\(comment)\"" }
        switch element.value {
        case .verdict(let verdict): text += " : \(verdict)"
        case .bytes(let bytes):
            if case .data(let type) = value { text += " : \(type.text(of: bytes))" }
        case nil: break
        }
        return text
    }
}

extension Rule {
    fileprivate var text: String {
        statements.map(\.text).joined(separator: " ") + (comment.map { " comment \"\($0)\"" } ?? "")
    }
}

extension Statement {
    fileprivate var text: String {
        switch self {
        case .family(let family): "meta nfproto \(family.rawValue)"
        case .equals(let field, let value): "\(field.text) \(DataType(field.dataType).text(of: value))"
        case .lookup(let fields, let set, let isNegated): "\(fields.text) \(isNegated ? "!= " : "")@\(set)"
        case .prefix(let end, let prefix, let isNegated):
            "\(prefix.family.word) \(end.text) \(isNegated ? "!= " : "")\(prefix.shortText)"
        case .isLocal(let end): "fib \(end.text) type local"
        case .destinationWasTranslated: "ct status dnat"
        case .connectionState(let states): "ct state \(states.map(\.text).joined(separator: ","))"
        case .trackedState(let states): "ct state \(states.map(\.text).joined(separator: ","))"
        case .counter: "counter"
        case .transport(let transport): "meta l4proto \(transport.rawValue)"
        case .port(let end, let port): "th \(end == .source ? "sport" : "dport") \(port)"
        case .isTCPSYN: "tcp flags syn"
        case .clampSegmentSize: "tcp option maxseg size set rt mtu"
        case .destinationNAT(let family, let fields, let map): "dnat \(family.word) to \(fields.text) map @\(map)"
        case .sourceNAT(let family, let fields, let map): "snat \(family.word) to \(fields.text) map @\(map)"
        case .masquerade: "masquerade"
        case .trace: "meta nftrace set 1"
        case .verdict(let verdict): "\(verdict)"
        case .verdictMap(let fields, let map): "\(fields.text) vmap @\(map)"
        }
    }
}

extension Statement.End {
    fileprivate var text: String { self == .source ? "saddr" : "daddr" }
}

extension [Field] {
    fileprivate var text: String { map(\.text).joined(separator: " . ") }
}

extension IPPrefix {
    /// Without the length when it covers one address, as `nft list` prints it.
    fileprivate var shortText: String { hostBits == 0 ? "\(address)" : description }
}
