// SPDX-License-Identifier: Apache-2.0
internal import CNetlink

@safe
struct SetObject: ~Copyable, LoweredObject {
    private let pointer: OpaquePointer

    init(named set: SetDeclaration, in table: Table) {
        unsafe pointer = allocated(nftnl_set_alloc())
        unsafe nftnl_set_set_str(pointer, attribute(NFTNL_SET_TABLE), table.name)
        unsafe nftnl_set_set_str(pointer, attribute(NFTNL_SET_NAME), set.name)
    }

    /// - Parameter identifier: Distinguishes the sets of one batch.
    init(_ set: SetDeclaration, in table: Table, identifier: UInt32) {
        self.init(named: set, in: table)
        put(NFTNL_SET_ID, identifier)
        put(NFTNL_SET_FLAGS, set.flags)
        put(NFTNL_SET_KEY_TYPE, set.key.identifier)
        put(NFTNL_SET_KEY_LEN, UInt32(set.key.length))
        switch set.value {
        case .data(let type):
            put(NFTNL_SET_DATA_TYPE, type.identifier)
            put(NFTNL_SET_DATA_LEN, UInt32(type.length))
        case .verdict:
            put(NFTNL_SET_DATA_TYPE, verdictTypeIdentifier)
            put(NFTNL_SET_DATA_LEN, 16)
        case nil: break
        }
        if set.isInterval, set.key.atoms.count > 1 {
            put(NFTNL_SET_DESC_CONCAT, set.key.atoms.map { UInt8($0.length) })
        }
        put(NFTNL_SET_USERDATA, set.userData)
    }

    deinit { unsafe nftnl_set_free(pointer) }

    private func put(_ number: nftnl_set_attr, _ value: UInt32) {
        unsafe nftnl_set_set_u32(pointer, attribute(number), value)
    }

    private func put(_ number: nftnl_set_attr, _ bytes: [UInt8]) {
        unsafe nftnl_set_set_data(pointer, attribute(number), bytes, UInt32(bytes.count))
    }

    borrowing func write(to header: UnsafeMutablePointer<nlmsghdr>) {
        unsafe nftnl_set_nlmsg_build_payload(header, pointer)
    }
}

extension SetDeclaration {
    fileprivate var flags: UInt32 {
        var flags: UInt32 = value == nil ? 0 : setFlagMap
        if isInterval { flags |= setFlagInterval }
        if isInterval, key.atoms.count > 1 { flags |= setFlagConcat }
        return flags
    }

    /// What nft(8) wants to know when it lists the set.
    fileprivate var userData: [UInt8] {
        var data = NFTables.userData(key.byteOrder, type: keyByteOrderType)
        if case .data(let type) = value { data += NFTables.userData(type.byteOrder, type: dataByteOrderType) }
        if let comment { data += NFTables.userData(comment, type: setCommentType) }
        return data
    }
}

extension DataType {
    /// `BYTEORDER_HOST_ENDIAN` or `BYTEORDER_BIG_ENDIAN` of nftables.
    fileprivate var byteOrder: UInt32 { atoms == [.mark] || atoms == [.interfaceName] ? 1 : 2 }
}

/// Some elements of one set.
@safe
struct ElementsObject: ~Copyable, LoweredObject {
    private let pointer: OpaquePointer

    /// - Parameter withValues: Whether comments and mapped values go along; a deletion names keys only.
    init(_ elements: ArraySlice<Element>, of set: SetDeclaration, in table: Table, withValues: Bool) {
        unsafe pointer = allocated(nftnl_set_alloc())
        unsafe nftnl_set_set_str(pointer, attribute(NFTNL_SET_TABLE), table.name)
        unsafe nftnl_set_set_str(pointer, attribute(NFTNL_SET_NAME), set.name)
        for element in elements {
            guard set.hasSeparateBounds, let lastKey = element.lastKey else {
                append(element, withValue: withValues)
                continue
            }
            append(Element(key: element.key, value: element.value, comment: element.comment), withValue: withValues)
            // The highest address of the family has no successor: such a range stays open at its upper end.
            if let end = successor(of: lastKey) { append(Element(key: end), withValue: false, isEnd: true) }
        }
    }

    deinit { unsafe nftnl_set_free(pointer) }

    private func append(_ element: Element, withValue: Bool, isEnd: Bool = false) {
        let object = unsafe allocated(nftnl_set_elem_alloc())
        unsafe nftnl_set_elem_add(pointer, object)  // the set owns it from here on
        unsafe put(object, NFTNL_SET_ELEM_KEY, element.key)
        if let lastKey = element.lastKey { unsafe put(object, NFTNL_SET_ELEM_KEY_END, lastKey) }
        if isEnd { unsafe nftnl_set_elem_set_u32(object, attribute(NFTNL_SET_ELEM_FLAGS), elementFlagIntervalEnd) }
        guard withValue else { return }
        if let comment = element.comment { unsafe put(object, NFTNL_SET_ELEM_USERDATA, userData(comment)) }
        switch element.value {
        case .bytes(let bytes): unsafe put(object, NFTNL_SET_ELEM_DATA, bytes)
        case .verdict(let verdict):
            unsafe nftnl_set_elem_set_u32(object, attribute(NFTNL_SET_ELEM_VERDICT), verdict.code)
            if let chain = verdict.chain {
                unsafe nftnl_set_elem_set_str(object, attribute(NFTNL_SET_ELEM_CHAIN), chain)
            }
        case nil: break
        }
    }

    private func put(_ object: OpaquePointer, _ number: Int, _ bytes: [UInt8]) {
        unsafe nftnl_set_elem_set(object, attribute(number), bytes, UInt32(bytes.count))
    }

    borrowing func write(to header: UnsafeMutablePointer<nlmsghdr>) {
        unsafe nftnl_set_elems_nlmsg_build_payload(header, pointer)
    }
}

/// The next higher number of the same width; nil after the highest.
private func successor(of bytes: [UInt8]) -> [UInt8]? {
    var bytes = bytes
    for index in bytes.indices.reversed() {
        let (sum, overflow) = bytes[index].addingReportingOverflow(1)
        bytes[index] = sum
        if !overflow { return bytes }
    }
    return nil
}

extension Verdict {
    /// `NF_DROP`, `NF_ACCEPT` and `enum nft_verdicts`, which are negative.
    var code: UInt32 {
        switch self {
        case .drop: 0
        case .accept: 1
        case .jump: number(NFT_JUMP)
        case .goto: number(NFT_GOTO)
        case .return: number(NFT_RETURN)
        }
    }

    /// The verdict with this number; nil for numbers that no rule of ours uses.
    init?(code: UInt32, chain: String?) {
        switch (code, chain) {
        case (0, _): self = .drop
        case (1, _): self = .accept
        case (number(NFT_JUMP), let chain?): self = .jump(chain)
        case (number(NFT_GOTO), let chain?): self = .goto(chain)
        case (number(NFT_RETURN), _): self = .return
        default: return nil
        }
    }
}
