// SPDX-License-Identifier: Apache-2.0

/// One change of a table's content. nft(8) has the verbs.
package enum Operation: Hashable, Sendable {
    package enum Object: Hashable, Sendable {
        case table
        case chain(Chain)
        case set(SetDeclaration)
    }

    package enum ElementVerb: String, Sendable {
        case add
        case create
        case delete
    }

    /// Makes sure the object exists. One of the same name but another definition is `EEXIST`.
    case add(Object)
    /// Makes the object; `EEXIST` if it exists.
    case create(Object)
    /// Deletes the object; `ENOENT` if there is none, `EBUSY` while something refers to it.
    case delete(Object)
    /// Empties a chain of its rules, a set of its elements, a table of all rules.
    case flush(Object)
    /// Appends a rule.
    case addRule(Rule)
    /// Puts a rule in front of the one that the kernel knows by this number; `ENOENT` if there is none.
    case insertRule(Rule, before: UInt64)
    /// Deletes the rule that the kernel knows by this number, of the chain of this name; `ENOENT` if there is none.
    case deleteRule(chain: String, handle: UInt64)
    case elements(ElementVerb, SetDeclaration, [Element])
}

extension Operation {
    package static func add<Key>(_ set: NamedSet<Key>) -> Operation { .add(.set(set.declaration)) }
    package static func add<Key, Value>(_ map: NamedMap<Key, Value>) -> Operation { .add(.set(map.declaration)) }
    package static func flush<Key>(_ set: NamedSet<Key>) -> Operation { .flush(.set(set.declaration)) }
    package static func flush<Key, Value>(_ map: NamedMap<Key, Value>) -> Operation { .flush(.set(map.declaration)) }
    package static func add(_ chain: Chain) -> Operation { .add(.chain(chain)) }
    package static func flush(_ chain: Chain) -> Operation { .flush(.chain(chain)) }
}
