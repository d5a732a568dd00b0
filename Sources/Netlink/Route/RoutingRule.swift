// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// A rule of the routing policy database: which packets look up their route in which table.
///
/// - SeeAlso: ip-rule(8).
package struct RoutingRule: Hashable, Sendable {
    package var family: IPFamily
    /// Smaller comes first. Nil when added: just before the first rule that is not at 0.
    package var priority: UInt32?
    package var source: IPPrefix?
    package var destination: IPPrefix?
    package var incomingInterface: InterfaceName?
    package var outgoingInterface: InterfaceName?
    /// The packet's mark, compared under ``markMask``.
    package var mark: UInt32?
    /// Nil when added: all bits.
    package var markMask: UInt32?
    package var table: RouteTable
    /// Ignore what the table says with a prefix length of this or less: 0 skips default routes.
    package var suppressedPrefixLength: UInt32?

    package init(
        _ family: IPFamily, priority: UInt32? = nil, from source: IPPrefix? = nil, to destination: IPPrefix? = nil,
        incomingInterface: InterfaceName? = nil, outgoingInterface: InterfaceName? = nil, mark: UInt32? = nil,
        markMask: UInt32? = nil, table: RouteTable, suppressedPrefixLength: UInt32? = nil
    ) {
        self.family = family
        self.priority = priority
        self.source = source
        self.destination = destination
        self.incomingInterface = incomingInterface
        self.outgoingInterface = outgoingInterface
        self.mark = mark
        self.markMask = markMask
        self.table = table
        self.suppressedPrefixLength = suppressedPrefixLength
    }
}

extension RoutingRule: CustomStringConvertible {
    /// As ip-rule(8) would be told.
    package var description: String {
        var words: [String] = []
        if let priority { words.append("priority \(priority)") }
        words.append("from \(source.map(\.description) ?? "all")")
        if let destination { words.append("to \(destination)") }
        if let incomingInterface { words.append("iif \(incomingInterface)") }
        if let outgoingInterface { words.append("oif \(outgoingInterface)") }
        if let mark { words.append("fwmark \(mark)" + (markMask.map { "/\($0)" } ?? "")) }
        return words.joined(separator: " ") + " lookup \(table)"
    }
}

/// `FRA_*`.
package enum RuleAttributes: AttributeSpace {}

extension MessageType<fib_rule_hdr, RuleAttributes> {
    static var newRule: Self { Self(RTM_NEWRULE) }
    static var deleteRule: Self { Self(RTM_DELRULE) }
    static var getRule: Self { Self(RTM_GETRULE) }
}

extension Attribute<RuleAttributes, IPAddress> {
    static var source: Self { Self(FRA_SRC) }
    static var destination: Self { Self(FRA_DST) }
}

extension Attribute<RuleAttributes, InterfaceName> {
    static var incomingInterface: Self { Self(FRA_IIFNAME) }
    static var outgoingInterface: Self { Self(FRA_OIFNAME) }
}

extension Attribute<RuleAttributes, UInt32> {
    static var priority: Self { Self(FRA_PRIORITY) }
    static var mark: Self { Self(FRA_FWMARK) }
    static var markMask: Self { Self(FRA_FWMASK) }
    static var table: Self { Self(FRA_TABLE) }
    static var suppressedPrefixLength: Self { Self(FRA_SUPPRESS_PREFIXLEN) }
}

extension RoutingRule {
    fileprivate var header: fib_rule_hdr {
        var header = fib_rule_hdr()
        header.family = family.netlink
        header.src_len = UInt8(source?.length ?? 0)
        header.dst_len = UInt8(destination?.length ?? 0)
        header.table = UInt8(exactly: table.rawValue) ?? UInt8(RT_TABLE_UNSPEC.rawValue)
        header.action = UInt8(FR_ACT_TO_TBL)
        return header
    }

    fileprivate func encode(into rule: inout AttributeWriter<RuleAttributes>) {
        rule.put(.priority, priority)
        rule.put(.source, source?.first)
        rule.put(.destination, destination?.first)
        rule.put(.incomingInterface, incomingInterface)
        rule.put(.outgoingInterface, outgoingInterface)
        rule.put(.mark, mark)
        rule.put(.markMask, markMask)
        rule.put(.table, table.rawValue)
        rule.put(.suppressedPrefixLength, suppressedPrefixLength)
    }

    /// Decodes an `RTM_NEWRULE` payload; nil for other families and for rules that do not look up a table.
    init?(decoding payload: RawSpan) throws(Malformation) {
        let header = try payload.header(as: fib_rule_hdr.self)
        guard let family = IPFamily(netlink: header.family), header.action == FR_ACT_TO_TBL else { return nil }
        // The rule at 0 carries no priority.
        self.init(family, priority: 0, table: RouteTable(rawValue: UInt32(header.table)))
        try payload.forEachAttribute(after: fib_rule_hdr.self) { type, value throws(Malformation) in
            try read(type, value, header)
        }
    }

    private mutating func read(_ type: Int, _ value: RawSpan, _ header: fib_rule_hdr) throws(Malformation) {
        switch type {
        case FRA_PRIORITY: priority = try value.load(as: UInt32.self)
        case FRA_SRC: source = try IPPrefix(attribute: value, length: header.src_len)
        case FRA_DST: destination = try IPPrefix(attribute: value, length: header.dst_len)
        case FRA_IIFNAME: incomingInterface = try InterfaceName(attribute: value)
        case FRA_OIFNAME: outgoingInterface = try InterfaceName(attribute: value)
        case FRA_FWMARK: mark = try value.load(as: UInt32.self)
        case FRA_FWMASK: markMask = try value.load(as: UInt32.self)
        case FRA_TABLE: table = RouteTable(rawValue: try value.load(as: UInt32.self))
        case FRA_SUPPRESS_PREFIXLEN:
            let length = try value.load(as: UInt32.self)
            suppressedPrefixLength = length == .max ? nil : length
        default: break
        }
    }
}

extension RouteRequests where Self: ~Copyable {
    /// `ip rule add`.
    ///
    /// - Throws: `isAlreadyExists` when there is the very same rule.
    package mutating func addRule(_ rule: RoutingRule) throws(Failure) {
        try submit(.newRule, [.create, .exclusive], header: rule.header, "rule add \(rule)") { rule.encode(into: &$0) }
    }

    /// `ip rule delete`: the first rule that agrees with what `rule` says.
    ///
    /// - Throws: `isNotFound` when no rule agrees.
    package mutating func deleteRule(_ rule: RoutingRule) throws(Failure) {
        try submit(.deleteRule, [], header: rule.header, "rule delete \(rule)") { rule.encode(into: &$0) }
    }
}

extension RouteSocket {
    /// `ip rule show`: the rules that look up a table, in order.
    package mutating func rules(_ family: IPFamily) throws(NetlinkError) -> [RoutingRule] {
        var header = fib_rule_hdr()
        header.family = family.netlink
        return try netlink.dump(.getRule, header: header, "rule show") { payload throws(Malformation) in
            try RoutingRule(decoding: payload)
        }
    }
}

extension IPPrefix {
    fileprivate init(attribute: RawSpan, length: UInt8) throws(Malformation) {
        guard let prefix = IPPrefix(try IPAddress(attribute: attribute), length: Int(length)) else {
            throw .invalidValue
        }
        self = prefix
    }
}
