// SPDX-License-Identifier: Apache-2.0
internal import NFTables

extension FirewallSession {
    /// The first thing of the filters that the kernel does not have, as a sentence; nil when all is there.
    package mutating func drift(
        from networks: [NetworkFilter], _ endpoints: [EndpointFilter]
    ) throws(FirewallError) -> String? {
        let operations = networks.flatMap { $0.install() } + endpoints.flatMap { $0.install() }
        if operations.isEmpty { return nil }
        guard try hasSkeleton() else { return "nftables table inet swnet is missing, or of another version of swnet" }
        for (index, operation) in operations.enumerated() {
            guard case .elements(let verb, let set, let elements) = operation, let element = elements.first else {
                continue
            }
            // What is added only to be deleted for certain shall not be there.
            if operations[(index + 1)...].contains(where: { $0.deletes(element, from: set) }) { continue }
            let found = try self.element(element.key, in: set)
            let holds = verb == .delete ? found == nil : found != nil && found?.value == element.value
            if !holds { return "nftables lacks: \(Transaction(Firewall.table, [operation]).description.dropLast())" }
        }
        return nil
    }
}

extension Operation {
    fileprivate func deletes(_ element: Element, from set: SetDeclaration) -> Bool {
        guard case .elements(.delete, set, let deleted) = self else { return false }
        return deleted.contains { $0.key == element.key }
    }
}
