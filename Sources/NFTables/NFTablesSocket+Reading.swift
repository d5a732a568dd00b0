// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import Netlink

/// A base chain as it is in the kernel, of whichever program.
package struct BaseChain: Hashable, Sendable {
    package let table: Table
    package let chain: String
    package let base: Chain.Base

    package init(table: Table, chain: String, base: Chain.Base) {
        self.table = table
        self.chain = chain
        self.base = base
    }
}

extension NFTablesSocket {
    /// Looks a table up by name; nil when there is none.
    package mutating func table(_ family: TableFamily, _ name: String) throws(NFTablesError) -> Table? {
        do throws(NetlinkError) {
            return try socket.get(.getTable, header: nfgenmsg(family), "get table \(family.text) \(name)") {
                $0.put(.name, name)
            } decode: { payload throws(Malformation) in
                try Table(decoding: payload)
            }
        } catch {
            if error.isNotFound { return nil }
            throw NFTablesError(error)
        }
    }

    /// Whether `key` is in the set, for a set of ranges whether one of them contains it.
    package mutating func contains<Key>(
        _ key: Key, in set: NamedSet<Key>, of table: Table
    ) throws(NFTablesError) -> Bool {
        try element(key.datumBytes, in: set.declaration, of: table) != nil
    }

    /// The entry that the map has for `key`; nil when there is none, or not even the map.
    package mutating func entry<Key, Value>(
        of key: Key, in map: NamedMap<Key, Value>, of table: Table
    ) throws(NFTablesError) -> (value: Value, comment: String?)? {
        guard let element = try element(key.datumBytes, in: map.declaration, of: table),
            let value = element.value.flatMap(Value.init(elementValue:))
        else { return nil }
        return (value, element.comment)
    }

    /// Looks up one element; nil when there is none, or not even the set.
    ///
    /// In a set of ranges the answer is the range that contains the key.
    package mutating func element(
        _ key: [UInt8], in set: SetDeclaration, of table: Table
    ) throws(NFTablesError) -> Element? {
        do throws(NetlinkError) {
            return try socket.get(
                .getElement, header: nfgenmsg(table.family),
                "get element \(table.family.text) \(table.name) \(set.name) { \(set.key.text(of: key)) }"
            ) {
                $0.put(.table, table.name)
                $0.put(.set, set.name)
                $0.nest(.elements) { $0.nest(.element) { $0.nest(.key) { $0.put(.value, key) } } }
            } decode: { payload throws(Malformation) in
                try Element(decoding: payload)
            }
        } catch {
            if error.isNotFound { return nil }
            throw NFTablesError(error)
        }
    }

    /// Everything that is in a set or map; nothing when there is not even the set. Ranges of a lone key come as the kernel
    /// keeps them, each bound by itself.
    package mutating func elements(of set: SetDeclaration, of table: Table) throws(NFTablesError) -> [Element] {
        do throws(NetlinkError) {
            return try socket.dump(
                .getElement, header: nfgenmsg(table.family),
                "list set \(table.family.text) \(table.name) \(set.name)"
            ) {
                $0.put(.table, table.name)
                $0.put(.set, set.name)
            } decode: { payload throws(Malformation) in
                try Element.list(decoding: payload)
            }.flatMap(\.self)
        } catch {
            if error.isNotFound { return [] }
            throw NFTablesError(error)
        }
    }

    /// Every base chain at a hook of the IP layer or of bridges, in the kernel's order.
    package mutating func baseChains() throws(NFTablesError) -> [BaseChain] {
        do throws(NetlinkError) {
            return try socket.dump(.getChain, header: nfgenmsg(nil), "list chains") {
                payload throws(Malformation) in try BaseChain(decoding: payload)
            }
        } catch { throw NFTablesError(error) }
    }
}
