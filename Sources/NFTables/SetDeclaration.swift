// SPDX-License-Identifier: Apache-2.0

/// A set or map of a table as nft(8) declares it.
package struct SetDeclaration: Hashable, Sendable {
    package enum ValueType: Hashable, Sendable {
        case data(DataType)
        case verdict
    }

    package let name: String
    package let key: DataType
    /// Nil for a set.
    package let value: ValueType?
    /// Whether elements may be ranges (`flags interval`).
    package let isInterval: Bool
    package let comment: String?

    init(name: String, key: DataType, value: ValueType? = nil, isInterval: Bool = false, comment: String? = nil) {
        self.name = name
        self.key = key
        self.value = value
        self.isInterval = isInterval
        self.comment = comment.map(shortened)
    }

    /// A lone interval key lives in a tree of bounds; a concatenated one carries both ends in the element.
    var hasSeparateBounds: Bool { isInterval && key.atoms.count == 1 }
}

/// A named set whose key type is checked by the compiler.
package struct NamedSet<Key: Datum>: Sendable {
    package let declaration: SetDeclaration

    package init(_ name: String, isInterval: Bool = false, comment: String? = nil) {
        declaration = SetDeclaration(name: name, key: Key.dataType, isInterval: isInterval, comment: comment)
    }

    /// Adds `key`; one that is there already is left alone.
    package func add(_ key: Key, comment: String? = nil) -> Operation {
        .elements(.add, declaration, [Element(key: key.datumBytes, comment: comment)])
    }

    /// Adds many keys as one operation.
    package func add(contentsOf keys: some Sequence<Key>) -> Operation {
        .elements(.add, declaration, keys.map { Element(key: $0.datumBytes) })
    }

    /// Adds the range from `first` to `last`; of a concatenation, each part from its lower to its upper end.
    ///
    /// The same range again is left alone; one that overlaps another is `EEXIST`.
    package func add(from first: Key, through last: Key, comment: String? = nil) -> Operation {
        .elements(.add, declaration, [Element(key: first.datumBytes, through: last.datumBytes, comment: comment)])
    }

    /// Deletes `key`; a missing one is `ENOENT`.
    package func delete(_ key: Key) -> Operation { .elements(.delete, declaration, [Element(key: key.datumBytes)]) }

    package func delete(contentsOf keys: some Sequence<Key>) -> Operation {
        .elements(.delete, declaration, keys.map { Element(key: $0.datumBytes) })
    }

    /// Deletes a range.
    ///
    /// In a set of concatenations the kernel deletes whichever range *contains* the lower ends, so look it up first when
    /// ranges of others could cover it.
    package func delete(from first: Key, through last: Key) -> Operation {
        .elements(.delete, declaration, [Element(key: first.datumBytes, through: last.datumBytes)])
    }
}

/// A named map whose key and value types are checked by the compiler.
package struct NamedMap<Key: Datum, Value: MapValue>: Sendable {
    package let declaration: SetDeclaration

    package init(_ name: String, comment: String? = nil) {
        declaration = SetDeclaration(name: name, key: Key.dataType, value: Value.valueType, comment: comment)
    }

    /// Maps `key` to `value`; the same entry again is left alone, another value for the key is `EEXIST`.
    package func add(_ key: Key, _ value: Value, comment: String? = nil) -> Operation {
        .elements(
            .add, declaration, [Element(key: key.datumBytes, value: value.elementValue, comment: comment)])
    }

    /// Maps `key` to `value`; `EEXIST` if the key is mapped already, even to the same value.
    package func create(_ key: Key, _ value: Value, comment: String? = nil) -> Operation {
        .elements(
            .create, declaration, [Element(key: key.datumBytes, value: value.elementValue, comment: comment)])
    }

    /// Deletes the entry of `key`, whatever its value; a missing one is `ENOENT`.
    package func delete(_ key: Key) -> Operation { .elements(.delete, declaration, [Element(key: key.datumBytes)]) }
}
