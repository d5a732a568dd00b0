// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import Netlink

/// Everything that a set or map of whichever program holds.
package struct SetContent: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let first: [UInt8]
        /// Inclusive; equal to ``first`` for a single key.
        package let last: [UInt8]
        /// What a map yields.
        package let value: Element.Value?
        package let comment: String?
        /// Of a concatenation each part is a range of its own.
        let isConcatenated: Bool

        /// The element that has this key.
        package var element: Element {
            Element(key: first, through: last == first ? nil : last, value: value, comment: comment)
        }
    }

    package private(set) var entries: [Entry]
    /// What all other keys yield.
    package private(set) var fallback: Element.Value?

    /// - Parameter areBounds: Whether the elements are where ranges begin and end.
    init(_ elements: [ListedElement], areBounds: Bool) {
        fallback = elements.first { $0.key.isEmpty }?.value
        let keyed = elements.filter { !$0.key.isEmpty }
        guard areBounds else {
            entries = keyed.map { element in
                Entry(
                    first: element.key, last: element.lastKey ?? element.key, value: element.value,
                    comment: element.comment, isConcatenated: element.lastKey != nil)
            }
            return
        }
        entries = Self.ranges(of: keyed)
    }

    /// A set of ranges lists where each begins and, as an element of its own, the key behind its end, unless the next one
    /// begins there.
    private static func ranges(of bounds: [ListedElement]) -> [Entry] {
        let sorted = bounds.sorted { one, other in
            one.key == other.key
                ? one.isIntervalEnd && !other.isIntervalEnd : one.key.lexicographicallyPrecedes(other.key)
        }
        var entries: [Entry] = []
        var open: ListedElement?
        func close(before key: [UInt8]?) {
            guard let start = open else { return }
            let last = key.flatMap(predecessor) ?? [UInt8](repeating: .max, count: start.key.count)
            entries.append(
                Entry(
                    first: start.key, last: last, value: start.value, comment: start.comment, isConcatenated: false))
            open = nil
        }
        for bound in sorted {
            close(before: bound.key)
            if !bound.isIntervalEnd { open = bound }
        }
        close(before: nil)
        return entries
    }

    /// What the map yields for `key`, or that the set has it.
    func entry(of key: [UInt8]) -> Entry? { entries.first { $0.contains(key) } }

    /// Bytes of a key; nil for an empty set.
    var keyLength: Int? { entries.first?.first.count }
}

extension SetContent.Entry {
    func contains(_ key: [UInt8]) -> Bool {
        guard key.count == first.count else { return false }
        guard isConcatenated else {
            return !key.lexicographicallyPrecedes(first) && !last.lexicographicallyPrecedes(key)
        }
        // Ranges of addresses in concatenations are prefixes, for which it is the same to compare word by word.
        return stride(from: 0, to: key.count, by: 4).allSatisfy { start in
            let word = start..<min(start + 4, key.count)
            return !key[word].lexicographicallyPrecedes(first[word]) && !last[word].lexicographicallyPrecedes(key[word])
        }
    }
}

/// The next lower number of the same width; nil below the lowest.
private func predecessor(of bytes: [UInt8]) -> [UInt8]? {
    var bytes = bytes
    for index in bytes.indices.reversed() {
        let (difference, overflow) = bytes[index].subtractingReportingOverflow(1)
        bytes[index] = difference
        if !overflow { return bytes }
    }
    return nil
}

/// An element as the kernel lists it.
struct ListedElement {
    /// Empty for the element that stands for all other keys.
    var key: [UInt8] = []
    var lastKey: [UInt8]?
    var value: Element.Value?
    var comment: String?
    var isIntervalEnd = false

    init(decoding attributes: RawSpan) throws(Malformation) {
        try attributes.forEachAttribute { type, content throws(Malformation) in
            switch UInt32(type) {
            case NFTA_SET_ELEM_KEY.rawValue: key = Self.bytes(try Element.Value(decoding: content))
            case NFTA_SET_ELEM_KEY_END.rawValue: lastKey = Self.bytes(try Element.Value(decoding: content))
            case NFTA_SET_ELEM_DATA.rawValue: value = try Element.Value(decoding: content)
            case NFTA_SET_ELEM_USERDATA.rawValue: comment = decodedComment(content.bytes())
            case NFTA_SET_ELEM_FLAGS.rawValue:
                isIntervalEnd = try content.loadBigEndian(as: UInt32.self) & elementFlagIntervalEnd != 0
            default: break
            }
        }
    }

    private static func bytes(_ value: Element.Value?) -> [UInt8] {
        if case .bytes(let bytes) = value { bytes } else { [] }
    }
}

extension NFTablesSocket {
    /// `nft list set`: everything that a set or map holds; nothing when there is none of that name.
    package mutating func content(of set: String, in table: Table) throws(NFTablesError) -> SetContent {
        do throws(NetlinkError) {
            let messages = try socket.dump(
                .getElement, header: nfgenmsg(table.family), "list set \(table.family.text) \(table.name) \(set)"
            ) {
                $0.put(.table, table.name)
                $0.put(.set, set)
            } decode: { payload throws(Malformation) in
                try Self.elements(decoding: payload)
            }
            let flags = messages.isEmpty ? 0 : try flags(of: set, in: table)
            // In a concatenation each element has both ends.
            let areBounds = flags & setFlagInterval != 0 && flags & setFlagConcat == 0
            return SetContent(messages.flatMap { $0 }, areBounds: areBounds)
        } catch {
            if error.isNotFound { return SetContent([], areBounds: false) }
            throw NFTablesError(error)
        }
    }

    /// `NFT_SET_*`.
    private mutating func flags(of set: String, in table: Table) throws(NetlinkError) -> UInt32 {
        let operation = "get set \(table.family.text) \(table.name) \(set)"
        return try socket.get(.getSet, header: nfgenmsg(table.family), operation) {
            $0.put(.table, table.name)
            $0.put(.name, set)
        } decode: { payload throws(Malformation) in
            var flags: UInt32 = 0
            try payload.forEachAttribute(after: nfgenmsg.self) { type, value throws(Malformation) in
                if type == NFTA_SET_FLAGS.rawValue { flags = try value.loadBigEndian(as: UInt32.self) }
            }
            return flags
        }
    }

    /// Reads an `NFT_MSG_NEWSETELEM` of a listing, which has many elements.
    private static func elements(decoding payload: RawSpan) throws(Malformation) -> [ListedElement]? {
        var elements: [ListedElement] = []
        try payload.forEachAttribute(after: nfgenmsg.self) { type, list throws(Malformation) in
            guard type == NFTA_SET_ELEM_LIST_ELEMENTS.rawValue else { return }
            try list.forEachAttribute { _, element throws(Malformation) in
                elements.append(try ListedElement(decoding: element))
            }
        }
        return elements
    }
}
