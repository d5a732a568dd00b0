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
        for operation in operations {
            guard case .elements(_, let set, let elements) = operation, let element = elements.first else { continue }
            let found = try self.element(element.key, in: set)
            if found?.value != element.value || found == nil,
                !Self.isSameContainer(found?.comment, element.comment)
            {
                return "nftables lacks: \(Transaction(Firewall.table, [operation]).description.dropLast())"
            }
        }
        return nil
    }
}
