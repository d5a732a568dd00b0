// SPDX-License-Identifier: Apache-2.0
package import NFTables

/// Where the elements of swnet's table and the records disagree.
package struct FirewallComparison: Hashable, Sendable {
    /// What is recorded and not in the table.
    package private(set) var missing: [Operation] = []
    /// Deletes what is in the table and not recorded: an operation for each set.
    package private(set) var leftover: [Operation] = []

    /// - Parameters:
    ///   - networks: Of networks in use.
    ///   - endpoints: Of attachments that are, and of those that are being made.
    ///   - present: What each set holds. Sets that are not there at all have no entry.
    package init(
        networks: [NetworkFilter], endpoints: [EndpointFilter], present: [SetDeclaration: [Element]]
    ) {
        var expected: [SetDeclaration: [Element]] = [:]
        for operation in networks.flatMap({ $0.install() }) + endpoints.flatMap({ $0.install() }) {
            guard case .elements(_, let set, let elements) = operation else { continue }
            expected[set, default: []] += elements
            let own = present[set] ?? []
            let lost = elements.filter { element in !own.contains { $0.serves(element, in: set) } }
            let operation = Operation.elements(.add, set, lost)
            if !lost.isEmpty, !missing.contains(operation) { missing.append(operation) }
        }
        for set in Firewall.variableSets {
            let wanted = expected[set] ?? []
            let rest = (present[set] ?? []).filter { element in !wanted.contains { $0.hasKey(of: element) } }
            if !rest.isEmpty { leftover.append(.elements(.delete, set, rest)) }
        }
    }
}

extension Operation {
    /// The operation as a command of a shell.
    package var command: String { "nft '\(Transaction(Firewall.table, [self]).description.dropLast())'" }
}

extension Element {
    fileprivate func hasKey(of other: Element) -> Bool { key == other.key && end == other.end }

    private var end: [UInt8] { lastKey ?? key }

    /// Whether this does what `wanted` is for. A port may be published by another attachment of the same container, and a
    /// subnet may lie in a larger one, beside which the kernel cannot hold it.
    fileprivate func serves(_ wanted: Element, in set: SetDeclaration) -> Bool {
        if set.isInterval { return covers(wanted) }
        guard hasKey(of: wanted) else { return false }
        return value == wanted.value || FirewallSession.isSameContainer(comment, wanted.comment)
    }

    /// Both halves of a concatenation of a subnet with itself are the same, so comparing the whole keys is enough.
    private func covers(_ other: Element) -> Bool {
        !other.key.lexicographicallyPrecedes(key) && !end.lexicographicallyPrecedes(other.end)
    }
}
