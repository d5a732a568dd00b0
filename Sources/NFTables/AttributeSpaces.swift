// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import Netlink

// The attributes that questions need. What is written goes through libnftnl.

enum TableAttributes: AttributeSpace {}
enum ChainAttributes: AttributeSpace {}
enum RuleAttributes: AttributeSpace {}
enum SetAttributes: AttributeSpace {}
enum ElementListAttributes: AttributeSpace {}
enum ListAttributes: AttributeSpace {}
enum ElementAttributes: AttributeSpace {}
enum DataAttributes: AttributeSpace {}

extension Attribute<TableAttributes, String> {
    static var name: Self { Self(NFTA_TABLE_NAME) }
}

extension Attribute<RuleAttributes, String> {
    static var table: Self { Self(NFTA_RULE_TABLE) }
    static var chain: Self { Self(NFTA_RULE_CHAIN) }
}

extension Attribute<SetAttributes, String> {
    static var table: Self { Self(NFTA_SET_TABLE) }
    static var name: Self { Self(NFTA_SET_NAME) }
}

extension Attribute<ElementListAttributes, String> {
    static var table: Self { Self(NFTA_SET_ELEM_LIST_TABLE) }
    static var set: Self { Self(NFTA_SET_ELEM_LIST_SET) }
}

extension Attribute<ElementListAttributes, Nested<ListAttributes>> {
    static var elements: Self { Self(NFTA_SET_ELEM_LIST_ELEMENTS) }
}

extension Attribute<ListAttributes, Nested<ElementAttributes>> {
    static var element: Self { Self(NFTA_LIST_ELEM) }
}

extension Attribute<ElementAttributes, Nested<DataAttributes>> {
    static var key: Self { Self(NFTA_SET_ELEM_KEY) }
}

extension Attribute<DataAttributes, [UInt8]> {
    static var value: Self { Self(NFTA_DATA_VALUE) }
}

/// The bytes as they are.
extension [UInt8]: AttributePayload {
    package func withWireBytes(_ body: (RawSpan) -> Void) { unsafe withUnsafeBytes { unsafe body($0.bytes) } }
}

extension MessageType<nfgenmsg, TableAttributes> {
    static var getTable: Self { Self(.getTable) }
}

extension MessageType<nfgenmsg, ChainAttributes> {
    static var getChain: Self { Self(.getChain) }
}

extension MessageType<nfgenmsg, RuleAttributes> {
    static var getRule: Self { Self(.getRule) }
}

extension MessageType<nfgenmsg, SetAttributes> {
    static var getSet: Self { Self(.getSet) }
}

extension MessageType<nfgenmsg, ElementListAttributes> {
    static var getElement: Self { Self(.getElement) }
}

extension MessageType where Header == nfgenmsg {
    private init(_ kind: MessageKind) { self.init(Int(NFNL_SUBSYS_NFTABLES) << 8 | Int(kind.rawValue)) }
}

extension nfgenmsg {
    init(_ family: TableFamily?) { self.init(nfgen_family: family?.rawValue ?? 0, version: 0, res_id: 0) }
}
