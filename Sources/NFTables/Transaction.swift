// SPDX-License-Identifier: Apache-2.0

/// Changes of one table that take effect together or not at all.
package struct Transaction: Hashable, Sendable {
    package let table: Table
    package var operations: [Operation]

    package init(_ table: Table, _ operations: [Operation] = []) {
        self.table = table
        self.operations = operations
    }

    package var isEmpty: Bool { operations.isEmpty }
}

extension Transaction: CustomStringConvertible {
    /// The input of `nft -f` that does the same, one line an operation.
    package var description: String { operations.map { $0.text(in: table) + "\n" }.joined() }
}
