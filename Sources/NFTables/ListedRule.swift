// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import Netlink

/// A rule as it is in the kernel, of whichever program, as far as it takes to recognise it.
package struct ListedRule: Hashable, Sendable {
    package let chain: String
    /// The kernel's number of it, unique in the table.
    package let handle: UInt64
    /// Where the rule sends packets, as far as it is a verdict that nft(8) has.
    package private(set) var verdicts: [Verdict] = []
    /// What fields are compared with, in the order of the rule.
    package private(set) var operands: [[UInt8]] = []
    /// What the rule does, step by step.
    package private(set) var expressions: [RuleExpression] = []
    package let comment: String?

    /// What it decides about the packets that it concerns; nil when these go on.
    package var decision: Verdict? {
        expressions.lazy.compactMap(\.verdict).first
    }

    /// Whether there are packets that it does not concern.
    package var isConditional: Bool {
        expressions.contains { expression in
            switch expression {
            case .compare, .range, .lookup, .verdictMap, .unknown: true
            case .extended(let name, _, _): name != "comment"
            case .dataMap: true
            case .load, .value, .mask, .swap, .verdict, .reject, .neutral: false
            case .translate, .masquerade, .redirect, .target, .mark: false
            }
        }
    }
}

extension NFTablesSocket {
    /// Every rule of a table, chain by chain, or of one chain; none when there is no such table or chain.
    package mutating func rules(of table: Table, chain: String? = nil) throws(NFTablesError) -> [ListedRule] {
        do throws(NetlinkError) {
            return try socket.dump(
                .getRule, header: nfgenmsg(table.family), "list table \(table.family.text) \(table.name)"
            ) {
                $0.put(.table, table.name)
                $0.put(.chain, chain)
            } decode: { payload throws(Malformation) in
                let rule = try ListedRule(decoding: payload, of: table)
                return chain == nil || rule?.chain == chain ? rule : nil
            }
        } catch {
            if error.isNotFound { return [] }
            throw NFTablesError(error)
        }
    }
}

extension ListedRule {
    /// Reads an `NFT_MSG_NEWRULE`; nil when it is of another table, since kernels before 4.9 send those too.
    init?(decoding payload: RawSpan, of table: Table) throws(Malformation) {
        var (owner, chain) = ("", "")
        var handle: UInt64?
        var comment: String?
        var data: [Element.Value] = []
        var expressions: [RuleExpression] = []
        try payload.forEachAttribute(after: nfgenmsg.self) { type, value throws(Malformation) in
            switch UInt32(type) {
            case NFTA_RULE_TABLE.rawValue: owner = value.text()
            case NFTA_RULE_CHAIN.rawValue: chain = value.text()
            case NFTA_RULE_HANDLE.rawValue: handle = try value.loadBigEndian(as: UInt64.self)
            case NFTA_RULE_USERDATA.rawValue: comment = decodedComment(value.bytes())
            case NFTA_RULE_EXPRESSIONS.rawValue:
                try value.forEachAttribute { _, expression throws(Malformation) in
                    if let value = try expression.operandOrVerdict() { data.append(value) }
                    expressions.append(try RuleExpression(decoding: expression))
                }
            default: break
            }
        }
        guard owner == table.name else { return nil }
        guard let handle else { throw .invalidValue }
        self.init(chain: chain, handle: handle, comment: comment)
        self.expressions = expressions
        for value in data {
            switch value {
            case .bytes(let bytes): operands.append(bytes)
            case .verdict(let verdict): verdicts.append(verdict)
            }
        }
    }

    init(chain: String, handle: UInt64, expressions: [RuleExpression]) {
        self.init(chain: chain, handle: handle, comment: nil)
        self.expressions = expressions
    }

    private init(chain: String, handle: UInt64, comment: String?) {
        self.chain = chain
        self.handle = handle
        self.comment = comment
    }
}

extension RawSpan {
    /// What an expression of kind `cmp` compares with, or `immediate` decides; nil for other kinds.
    fileprivate func operandOrVerdict() throws(Malformation) -> Element.Value? {
        var kind = ""
        var value: Element.Value?
        try forEachAttribute { type, content throws(Malformation) in
            if type == NFTA_EXPR_NAME.rawValue { kind = content.text() }
            guard type == NFTA_EXPR_DATA.rawValue else { return }
            // The kernel sends the name first.
            let wanted = ["cmp": NFTA_CMP_DATA.rawValue, "immediate": NFTA_IMMEDIATE_DATA.rawValue][kind]
            guard let wanted else { return }
            try content.forEachAttribute { type, data throws(Malformation) in
                if type == wanted { value = try Element.Value(decoding: data) }
            }
        }
        return value
    }
}
