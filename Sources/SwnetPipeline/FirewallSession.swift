// SPDX-License-Identifier: Apache-2.0
package import NFTables
internal import NetworkTypes
package import SwnetState

/// A conversation about swnet's table in the network namespace of the host.
///
/// Verbs of one attachment must not run at the same time; CNI 1.1 section 2 asks that of runtimes.
package struct FirewallSession: ~Copyable {
    var socket: NFTablesSocket
    private let layout: StateLayout

    /// Opens a conversation in the calling thread's network namespace.
    ///
    /// - Parameter layout: Has the lock under which the constant rules are made.
    package init(_ layout: StateLayout) throws(FirewallError) {
        do throws(NFTablesError) { socket = try NFTablesSocket() } catch { throw .nftables(error) }
        self.layout = layout
    }

    /// Loads the constant rules unless this very version of them is loaded.
    package mutating func ensureSkeleton() throws(FirewallError) {
        guard try !hasSkeleton() else { return }
        try underLock { (session: inout FirewallSession) throws(FirewallError) in
            // Another process may have been faster.
            if try !session.hasSkeleton() { try session.commitSkeleton() }
        }
    }

    /// Loads the constant rules whatever is there, for tables that somebody else changed.
    package mutating func restoreSkeleton() throws(FirewallError) {
        try underLock { (session: inout FirewallSession) throws(FirewallError) in try session.commitSkeleton() }
    }

    /// Adds what the filters say, all of it or nothing, and the constant rules first if they are missing.
    ///
    /// A port that another attachment of the same container publishes already stays as it is.
    ///
    /// - Returns: Whether there is such a port.
    /// - Throws: ``FirewallError/portTaken(_:owner:)`` when another container publishes a port already.
    @discardableResult
    package mutating func install(
        _ networks: [NetworkFilter], _ endpoints: [EndpointFilter]
    ) throws(FirewallError) -> Bool {
        var plan = FirewallPlan(networks, endpoints)
        var sharesPorts = false
        if plan.transaction.isEmpty { return false }
        try ensureSkeleton()
        for _ in 0..<Self.attempts {
            do throws(NFTablesError) {
                try socket.commit(plan.transaction)
                return sharesPorts
            } catch {
                let taken = plan.takenPorts(error)
                if !taken.isEmpty {
                    try requireSameContainer(taken)
                    plan.leaveOut(taken)
                    sharesPorts = true
                } else if error.isNotFound {
                    // Somebody flushed the ruleset meanwhile, or removed a part of the table.
                    try restoreSkeleton()
                    plan = FirewallPlan(networks, endpoints)
                } else if !plan.resolve(error) {
                    throw .nftables(error)
                }
            }
        }
        do throws(NFTablesError) { try socket.commit(plan.transaction) } catch { throw .nftables(error) }
        return sharesPorts
    }

    private mutating func requireSameContainer(_ ports: [FirewallPlan.TakenPort]) throws(FirewallError) {
        for taken in ports {
            let owner = try element(taken.element.key, in: taken.set)?.comment
            guard Self.isSameContainer(owner, taken.element.comment) else {
                throw .portTaken(taken.port, owner: owner)
            }
        }
    }

    /// Whether two owners, `network/container/interface`, are attachments of one container.
    static func isSameContainer(_ owner: String?, _ other: String?) -> Bool {
        guard let owner = owner?.split(separator: "/"), let other = other?.split(separator: "/") else { return false }
        return owner.count == 3 && other.count == 3 && owner[1] == other[1]
    }

    /// Applies any other transaction, restoring the constant rules once if something of the table is missing.
    package mutating func commit(_ transaction: Transaction) throws(FirewallError) {
        do throws(NFTablesError) { return try socket.commit(transaction) } catch {
            guard error.isNotFound else { throw .nftables(error) }
        }
        try restoreSkeleton()
        do throws(NFTablesError) { try socket.commit(transaction) } catch { throw .nftables(error) }
    }

    /// Deletes what the filters added, as far as it is there. Ports that others publish by now are left alone.
    package mutating func withdraw(_ networks: [NetworkFilter], _ endpoints: [EndpointFilter]) throws(FirewallError) {
        var deletions: [Operation] = []
        for operation in endpoints.flatMap({ $0.install() }) {
            guard case .elements(let verb, let set, let elements) = operation, let element = elements.first else {
                continue
            }
            if verb == .create, try self.element(element.key, in: set)?.value != element.value { continue }
            deletions.append(.elements(.delete, set, [element]))
        }
        for operation in networks.flatMap({ $0.withdraw() }) {
            guard case .elements(.delete, let set, let elements) = operation, let element = elements.first else {
                continue
            }
            if try isPartOfAnother(element, in: set) { continue }
            deletions.append(operation)
        }
        do throws(NFTablesError) {
            try socket.commitToleratingMissing(Transaction(Firewall.table, deletions))
        } catch { throw .nftables(error) }
    }

    /// Deletes what `unneeded` added and `needed` would not add.
    package mutating func withdraw(
        _ unneeded: [NetworkFilter], butNot needed: [NetworkFilter]
    ) throws(FirewallError) {
        let kept = needed.flatMap { $0.install() }
        var deletions: [Operation] = []
        for operation in unneeded.flatMap({ $0.install() }) where !kept.contains(operation) {
            guard case .elements(_, let set, let elements) = operation, let element = elements.first else { continue }
            if try isPartOfAnother(element, in: set) { continue }
            deletions.append(.elements(.delete, set, [element]))
        }
        do throws(NFTablesError) {
            try socket.commitToleratingMissing(Transaction(Firewall.table, deletions))
        } catch { throw .nftables(error) }
    }

    /// True when the kernel, asked to delete this range, would delete that of another network, which contains it.
    private mutating func isPartOfAnother(_ element: Element, in set: SetDeclaration) throws(FirewallError) -> Bool {
        guard set.isInterval else { return false }
        return try self.element(element.key, in: set)?.lastKey != element.lastKey
    }

    /// How often a transaction is adapted to what is in its way.
    static var attempts: Int { 4 }

    mutating func hasSkeleton() throws(FirewallError) -> Bool {
        do throws(NFTablesError) {
            return try socket.contains(Firewall.skeletonVersion, in: Firewall.loadedSkeleton, of: Firewall.table)
        } catch { throw .nftables(error) }
    }

    private mutating func commitSkeleton() throws(FirewallError) {
        do throws(NFTablesError) { try socket.commit(Firewall.skeleton()) } catch {
            throw error.isNotFound || error.isNotSupported ? .kernelLacksSupport(error) : .nftables(error)
        }
    }

    mutating func underLock(
        _ body: (inout FirewallSession) throws(FirewallError) -> Void
    ) throws(FirewallError) {
        do throws(LockedError<FirewallError>) {
            try layout.withSkeletonLock { () throws(FirewallError) in try body(&self) }
        } catch {
            switch error {
            case .state(let error): throw .state(error)
            case .body(let error): throw error
            }
        }
    }

    mutating func element(_ key: [UInt8], in set: SetDeclaration) throws(FirewallError) -> Element? {
        do throws(NFTablesError) {
            return try socket.element(key, in: set, of: Firewall.table)
        } catch { throw .nftables(error) }
    }
}
