// SPDX-License-Identifier: Apache-2.0
internal import NFTables

/// What is in the sets and maps of swnet's table.
struct FirewallContent {
    private let elements: [SetDeclaration: [[UInt8]: Element]]

    init(reading session: inout FirewallSession) throws(FirewallError) {
        var elements: [SetDeclaration: [[UInt8]: Element]] = [:]
        do throws(NFTablesError) {
            for set in Firewall.variableSets {
                let found = try session.socket.elements(of: set, of: Firewall.table)
                elements[set] = Dictionary(found.map { ($0.key, $0) }) { first, _ in first }
            }
        } catch { throw .nftables(error) }
        self.elements = elements
    }

    /// What `operations` would not add, as the operations that delete it, in the order of the declarations.
    func unexplained(by operations: [Operation]) -> [Operation] {
        var explained: [SetDeclaration: Set<[UInt8]>] = [:]
        for operation in operations {
            guard case .elements(_, let set, let added) = operation else { continue }
            for element in added { explained[set, default: []].insert(element.key) }
        }
        return Firewall.variableSets.flatMap { set in
            (elements[set] ?? [:]).filter { explained[set]?.contains($0.key) != true }.values
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { .elements(.delete, set, [$0]) }
        }
    }

    /// The element that stands where `element` would be; for a range one that contains it.
    func present(_ element: Element, in set: SetDeclaration) -> Element? {
        guard let present = elements[set] else { return nil }
        if let same = present[element.key] { return same }
        guard set.isInterval, let last = element.lastKey else { return nil }
        // Both halves of these keys are the same subnet, so that the order of the bytes is that of the first half.
        return present.values.first { candidate in
            guard let candidateLast = candidate.lastKey else { return false }
            return !element.key.lexicographicallyPrecedes(candidate.key)
                && !candidateLast.lexicographicallyPrecedes(last)
        }
    }
}
