// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import Netlink

extension Table {
    /// Reads an `NFT_MSG_NEWTABLE`.
    init(decoding payload: RawSpan) throws(Malformation) {
        let header = try payload.header(as: nfgenmsg.self)
        var name: String?
        var comment: String?
        try payload.forEachAttribute(after: nfgenmsg.self) { type, value in
            switch UInt32(type) {
            case NFTA_TABLE_NAME.rawValue: name = value.text()
            case NFTA_TABLE_USERDATA.rawValue: comment = decodedComment(value.bytes())
            default: break
            }
        }
        guard let name, let family = TableFamily(rawValue: header.nfgen_family) else { throw .invalidValue }
        self.init(family, name, comment: comment)
    }
}

extension BaseChain {
    /// Reads an `NFT_MSG_NEWCHAIN`; nil for a plain chain and for hooks of other layers.
    init?(decoding payload: RawSpan) throws(Malformation) {
        let header = try payload.header(as: nfgenmsg.self)
        var table = ""
        var name = ""
        var kind: Chain.Kind?
        var policy = Chain.Policy.accept
        var place: (hook: UInt32, priority: Int32)?
        try payload.forEachAttribute(after: nfgenmsg.self) { type, value throws(Malformation) in
            switch UInt32(type) {
            case NFTA_CHAIN_TABLE.rawValue: table = value.text()
            case NFTA_CHAIN_NAME.rawValue: name = value.text()
            case NFTA_CHAIN_TYPE.rawValue: kind = Chain.Kind(rawValue: value.text())
            case NFTA_CHAIN_POLICY.rawValue:
                policy = Chain.Policy(rawValue: try value.loadBigEndian(as: UInt32.self)) ?? .accept
            case NFTA_CHAIN_HOOK.rawValue: place = try value.hookAndPriority()
            default: break
            }
        }
        guard let kind, let place, let hook = Hook(rawValue: place.hook),
            let family = TableFamily(rawValue: header.nfgen_family), family != .netdev, family != .arp
        else { return nil }
        self.init(
            table: Table(family, table), chain: name,
            base: Chain.Base(kind, hook, Priority(rawValue: place.priority), policy))
    }
}

extension Element {
    /// Reads the one element of an `NFT_MSG_NEWSETELEM`.
    init(decoding payload: RawSpan) throws(Malformation) {
        guard let element = try Element.list(decoding: payload).last else { throw .invalidValue }
        self = element
    }

    /// Reads every element of an `NFT_MSG_NEWSETELEM`.
    static func list(decoding payload: RawSpan) throws(Malformation) -> [Element] {
        var elements: [Element] = []
        try payload.forEachAttribute(after: nfgenmsg.self) { type, list throws(Malformation) in
            guard type == NFTA_SET_ELEM_LIST_ELEMENTS.rawValue else { return }
            try list.forEachAttribute { _, value throws(Malformation) in
                elements.append(try Element(decodingAttributes: value))
            }
        }
        return elements
    }

    private init(decodingAttributes attributes: RawSpan) throws(Malformation) {
        var key: Value?
        var lastKey: Value?
        var value: Value?
        var comment: String?
        try attributes.forEachAttribute { type, content throws(Malformation) in
            switch UInt32(type) {
            case NFTA_SET_ELEM_KEY.rawValue: key = try Value(decoding: content)
            case NFTA_SET_ELEM_KEY_END.rawValue: lastKey = try Value(decoding: content)
            case NFTA_SET_ELEM_DATA.rawValue: value = try Value(decoding: content)
            case NFTA_SET_ELEM_USERDATA.rawValue: comment = decodedComment(content.bytes())
            default: break
            }
        }
        guard let first = key?.bytes else { throw .invalidValue }
        self.init(key: first, through: lastKey?.bytes, value: value, comment: comment)
    }
}

extension Element.Value {
    fileprivate var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    /// Reads an `NFTA_DATA`; nil for a verdict that no rule of ours uses.
    init?(decoding data: RawSpan) throws(Malformation) {
        var value: Element.Value?
        try data.forEachAttribute { type, content throws(Malformation) in
            switch UInt32(type) {
            case NFTA_DATA_VALUE.rawValue: value = .bytes(content.bytes())
            case NFTA_DATA_VERDICT.rawValue: value = try content.verdict().map { .verdict($0) }
            default: break
            }
        }
        guard let value else { return nil }
        self = value
    }
}

extension RawSpan {
    /// Reads an `NFTA_DATA_VERDICT`.
    func verdict() throws(Malformation) -> Verdict? {
        var code: UInt32?
        var chain: String?
        try forEachAttribute { type, value throws(Malformation) in
            switch UInt32(type) {
            case NFTA_VERDICT_CODE.rawValue: code = try value.loadBigEndian(as: UInt32.self)
            case NFTA_VERDICT_CHAIN.rawValue: chain = value.text()
            default: break
            }
        }
        return code.flatMap { Verdict(code: $0, chain: chain) }
    }

    /// Reads an `NFTA_CHAIN_HOOK`.
    fileprivate func hookAndPriority() throws(Malformation) -> (hook: UInt32, priority: Int32) {
        var hook: UInt32 = .max
        var priority: Int32 = 0
        try forEachAttribute { type, value throws(Malformation) in
            switch UInt32(type) {
            case NFTA_HOOK_HOOKNUM.rawValue: hook = try value.loadBigEndian(as: UInt32.self)
            case NFTA_HOOK_PRIORITY.rawValue: priority = try value.loadBigEndian(as: Int32.self)
            default: break
            }
        }
        return (hook, priority)
    }
}
