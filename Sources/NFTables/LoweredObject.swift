// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import SystemPackage

/// An object of libnftnl that is freed once and can write itself into a message.
protocol LoweredObject: ~Copyable {
    borrowing func write(to header: UnsafeMutablePointer<nlmsghdr>)
}

/// The pointer. The allocators of libnftnl fail only when memory is exhausted, which ends a Swift program anyway.
func allocated(_ pointer: OpaquePointer?) -> OpaquePointer {
    guard let pointer = unsafe pointer else { preconditionFailure("out of memory") }
    return unsafe pointer
}

/// A comment as nft(8) stores it: type, length, text with its NUL.
func userData(_ comment: String, type: UInt8 = commentType) -> [UInt8] {
    // `shortened` leaves at most 128 bytes, so the length fits the octet.
    [type, UInt8(truncatingIfNeeded: comment.utf8.count + 1)] + Array(comment.utf8) + [0]
}

/// A number as nft(8) stores it.
func userData(_ value: UInt32, type: UInt8) -> [UInt8] { [type, 4] + Mark(value).datumBytes }

/// The comment among the type-length-value triples nft(8) stores; nil when there is none.
func decodedComment(_ bytes: [UInt8], type: UInt8 = commentType) -> String? {
    var rest = bytes[...]
    while rest.count >= 2, let kind = rest.popFirst(), let length = rest.popFirst(), rest.count >= Int(length) {
        if kind == type { return String(decoding: rest.prefix(Int(length)).prefix { $0 != 0 }, as: UTF8.self) }
        rest = rest.dropFirst(Int(length))
    }
    return nil
}

@safe
struct TableObject: ~Copyable, LoweredObject {
    private let pointer: OpaquePointer

    init(named table: Table) {
        unsafe pointer = allocated(nftnl_table_alloc())
        unsafe nftnl_table_set_str(pointer, attribute(NFTNL_TABLE_NAME), table.name)
    }

    init(_ table: Table) {
        self.init(named: table)
        if table.isOwned { unsafe nftnl_table_set_u32(pointer, attribute(NFTNL_TABLE_FLAGS), tableFlagOwner) }
        guard let comment = table.comment else { return }
        let data = userData(comment)
        unsafe nftnl_table_set_data(pointer, attribute(NFTNL_TABLE_USERDATA), data, UInt32(data.count))
    }

    deinit { unsafe nftnl_table_free(pointer) }

    borrowing func write(to header: UnsafeMutablePointer<nlmsghdr>) {
        unsafe nftnl_table_nlmsg_build_payload(header, pointer)
    }
}

@safe
struct ChainObject: ~Copyable, LoweredObject {
    private let pointer: OpaquePointer

    init(named chain: Chain, in table: Table) {
        unsafe pointer = allocated(nftnl_chain_alloc())
        unsafe nftnl_chain_set_str(pointer, attribute(NFTNL_CHAIN_TABLE), table.name)
        unsafe nftnl_chain_set_str(pointer, attribute(NFTNL_CHAIN_NAME), chain.name)
    }

    init(_ chain: Chain, in table: Table) {
        self.init(named: chain, in: table)
        guard let base = chain.base else { return }
        unsafe nftnl_chain_set_str(pointer, attribute(NFTNL_CHAIN_TYPE), base.kind.rawValue)
        unsafe nftnl_chain_set_u32(pointer, attribute(NFTNL_CHAIN_HOOKNUM), base.hook.rawValue)
        unsafe nftnl_chain_set_s32(pointer, attribute(NFTNL_CHAIN_PRIO), base.priority.rawValue)
        unsafe nftnl_chain_set_u32(pointer, attribute(NFTNL_CHAIN_POLICY), base.policy.rawValue)
    }

    deinit { unsafe nftnl_chain_free(pointer) }

    borrowing func write(to header: UnsafeMutablePointer<nlmsghdr>) {
        unsafe nftnl_chain_nlmsg_build_payload(header, pointer)
    }
}

@safe
struct RuleObject: ~Copyable, LoweredObject {
    private let pointer: OpaquePointer

    /// Names every rule of `chain`, or of the table.
    init(allOf chain: Chain?, in table: Table) {
        unsafe pointer = allocated(nftnl_rule_alloc())
        unsafe nftnl_rule_set_str(pointer, attribute(NFTNL_RULE_TABLE), table.name)
        if let chain { unsafe nftnl_rule_set_str(pointer, attribute(NFTNL_RULE_CHAIN), chain.name) }
    }

    /// Names the rule of this number.
    init(handle: UInt64, of chain: Chain, in table: Table) {
        self.init(allOf: chain, in: table)
        unsafe nftnl_rule_set_u64(pointer, attribute(NFTNL_RULE_HANDLE), handle)
    }

    /// - Parameter handle: Of the rule that it is to stand in front of.
    init(_ rule: Rule, before handle: UInt64?, in table: Table) {
        self.init(allOf: Chain(rule.chain), in: table)
        if let handle { unsafe nftnl_rule_set_u64(pointer, attribute(NFTNL_RULE_POSITION), handle) }
        if let comment = rule.comment {
            let data = userData(comment)
            unsafe nftnl_rule_set_data(pointer, attribute(NFTNL_RULE_USERDATA), data, UInt32(data.count))
        }
        var expressions = unsafe ExpressionWriter(rule: pointer, table: table.family)
        for statement in rule.statements { expressions.append(statement) }
    }

    deinit { unsafe nftnl_rule_free(pointer) }

    borrowing func write(to header: UnsafeMutablePointer<nlmsghdr>) {
        unsafe nftnl_rule_nlmsg_build_payload(header, pointer)
    }
}
