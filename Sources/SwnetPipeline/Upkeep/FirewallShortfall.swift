// SPDX-License-Identifier: Apache-2.0
internal import NFTables

/// What swnet's table lacks of what is recorded.
struct FirewallShortfall {
    /// The state of the constant rules.
    enum Skeleton {
        case intact
        case altered
        case missing
    }

    var skeleton: Skeleton
    /// What is to be deleted: elements with another value than the recorded one.
    private(set) var wrong: [Operation] = []
    /// What is to be added.
    private(set) var missing: [Operation] = []

    init(of needed: [Operation], in session: inout FirewallSession) throws(FirewallError) {
        skeleton = try Skeleton(reading: &session)
        let content = try FirewallContent(reading: &session)
        for operation in Self.consistent(needed) {
            guard case .elements(let verb, let set, let elements) = operation, let element = elements.first else {
                continue
            }
            let present = content.present(element, in: set)
            if let present, present.value == element.value { continue }
            // Another attachment of the container publishes the port by now.
            if verb == .create, FirewallSession.isSameContainer(present?.comment, element.comment) { continue }
            if present != nil { wrong.append(.elements(.delete, set, elements)) }
            missing.append(operation)
        }
    }

    var isEmpty: Bool { skeleton == .intact && missing.isEmpty }

    /// Everything that is lacking, at once.
    var transaction: Transaction {
        let constant = skeleton == .intact ? [] : Firewall.skeleton().operations
        return Transaction(Firewall.table, constant + wrong + missing)
    }

    /// The operations of which none stands in another's way: one for each key, and of ranges that overlap the first.
    private static func consistent(_ operations: [Operation]) -> [Operation] {
        var keys: [SetDeclaration: Set<[UInt8]>] = [:]
        var ranges: [SetDeclaration: [Element]] = [:]
        return operations.filter { operation in
            guard case .elements(_, let set, let elements) = operation, let element = elements.first else {
                return false
            }
            guard keys[set, default: []].insert(element.key).inserted else { return false }
            guard set.isInterval else { return true }
            if ranges[set, default: []].contains(where: { $0.overlaps(element) }) { return false }
            ranges[set, default: []].append(element)
            return true
        }
    }
}

extension Element {
    /// Whether two ranges of which both halves are the same subnet have something in common.
    fileprivate func overlaps(_ other: Element) -> Bool {
        guard let last = lastKey, let otherLast = other.lastKey else { return key == other.key }
        return !otherLast.lexicographicallyPrecedes(key) && !last.lexicographicallyPrecedes(other.key)
    }
}

extension FirewallShortfall.Skeleton {
    /// Compares chains and the verdicts of their rules with what was loaded.
    fileprivate init(reading session: inout FirewallSession) throws(FirewallError) {
        guard try session.hasSkeleton() else {
            self = .missing
            return
        }
        var verdicts: [String: [[Verdict]]] = [:]
        var chains: Set<BaseChain> = []
        do throws(NFTablesError) {
            for rule in try session.socket.rules(of: Firewall.table) {
                verdicts[rule.chain, default: []].append(rule.verdicts)
            }
            chains = Set(try session.socket.baseChains().filter { $0.isOurs })
        } catch { throw .nftables(error) }
        verdicts[Firewall.userForward.name] = nil
        self = verdicts == Self.verdicts && chains == Self.chains ? .intact : .altered
    }

    private static var verdicts: [String: [[Verdict]]] {
        var verdicts: [String: [[Verdict]]] = [:]
        for case .addRule(let rule) in Firewall.skeleton().operations {
            verdicts[rule.chain, default: []].append(rule.verdicts)
        }
        return verdicts
    }

    private static var chains: Set<BaseChain> {
        var chains: Set<BaseChain> = []
        for case .add(.chain(let chain)) in Firewall.skeleton().operations {
            guard let base = chain.base else { continue }
            let table = Table(Firewall.table.family, Firewall.table.name)
            chains.insert(BaseChain(table: table, chain: chain.name, base: base))
        }
        return chains
    }
}

extension Rule {
    fileprivate var verdicts: [Verdict] {
        statements.compactMap { statement in
            if case .verdict(let verdict) = statement { verdict } else { nil }
        }
    }
}

extension BaseChain {
    fileprivate var isOurs: Bool {
        table.family == Firewall.table.family && table.name == Firewall.table.name
    }
}

extension FirewallSession {
    /// Brings back what is lacking of `needed`, and the constant rules, in one transaction.
    mutating func restore(_ needed: [Operation]) throws(FirewallError) {
        try underLock { (session: inout FirewallSession) throws(FirewallError) in
            var needed = needed
            var isSkeletonTorn = false
            for attempt in 1...Self.attempts {
                var shortfall = try FirewallShortfall(of: needed, in: &session)
                if isSkeletonTorn { shortfall.skeleton = .missing }
                let transaction = shortfall.transaction
                do throws(NFTablesError) { return try session.socket.commit(transaction) } catch {
                    guard attempt < Self.attempts, error.isNotFound || error.isAlreadyExists else {
                        throw .nftables(error)
                    }
                    isSkeletonTorn = error.isNotFound
                    // A range of another network is in the way of these, and stays.
                    let ranges = error.failedIndices.map { transaction.operations[$0] }.filter(\.addsRange)
                    needed.removeAll { ranges.contains($0) }
                }
            }
        }
    }
}

extension Operation {
    fileprivate var addsRange: Bool {
        if case .elements(.add, let set, _) = self { set.isInterval } else { false }
    }
}
