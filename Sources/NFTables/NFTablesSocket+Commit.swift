// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Netlink
internal import SystemPackage

extension NFTablesSocket {
    /// Applies the transaction as one batch: afterwards all of it holds, or nothing changed.
    ///
    /// A batch that another writer overtook is sent again for at most `deadline` milliseconds.
    ///
    /// - Throws: ``NFTablesError`` with every operation that the kernel refused.
    package mutating func commit(_ transaction: Transaction, deadline: Int = 2000) throws(NFTablesError) {
        if transaction.isEmpty { return }
        var waited = 0
        var pause = 1
        while true {
            let failures = try attempt(transaction)
            if failures.isEmpty { return }
            guard failures.allSatisfy({ isPassing($0.errno) }), waited < deadline else {
                throw NFTablesError(refused: failures)
            }
            usleep(UInt32(pause) * 1000)
            waited += pause
            pause = min(pause * 2, 20)
        }
    }

    /// Like ``commit(_:deadline:)``, but what is to be deleted and is not there counts as deleted.
    ///
    /// - Returns: the operations that found nothing to delete.
    @discardableResult
    package mutating func commitToleratingMissing(_ transaction: Transaction) throws(NFTablesError) -> [Operation] {
        var rest = transaction
        var missing: [Operation] = []
        while true {
            do throws(NFTablesError) {
                try commit(rest)
                return missing
            } catch {
                // Every round takes at least one operation apart or out, so there is a last one.
                let failed = error.failures
                guard !failed.isEmpty, failed.allSatisfy({ rest.isMissingDeletion($0) }) else { throw error }
                missing += rest.dropDeletions(at: error.failedIndices)
            }
        }
    }

    /// What may succeed when tried again: the generation moved on, or another transaction holds an object.
    private func isPassing(_ errno: Errno) -> Bool {
        errno == .resourceBusy || errno == .interrupted || errno.rawValue == ERESTART
    }

    private mutating func attempt(_ transaction: Transaction) throws(NFTablesError) -> [NFTablesError.Failure] {
        let lowering = Lowering(transaction)
        let operationOfMessage = lowering.operationOfMessage
        let acknowledged = lowering.acknowledged
        socket.growReceiveQueue(forReplies: operationOfMessage.count)
        let refusals: [BatchFailure]
        do throws(NetlinkError) {
            refusals = try socket.perform(lowering.takeBatch(), acknowledged: acknowledged)
        } catch {
            throw NFTablesError(NetlinkError(operation: transaction.summary(of: nil), cause: error.cause))
        }
        var failures: [NFTablesError.Failure] = []
        for refusal in refusals {
            guard case .refused(let errno, let message, _) = refusal.error.cause else { continue }
            let index = operationOfMessage[refusal.index]
            // Several messages of one operation are one failure.
            guard failures.isEmpty || failures.last?.index != index else { continue }
            failures.append(
                NFTablesError.Failure(
                    index: index, operation: transaction.summary(of: index), errno: errno, message: message))
        }
        return failures
    }
}

extension Transaction {
    /// The operation at `index` in nft words, short enough for a message; the batch itself for nil.
    fileprivate func summary(of index: Int?) -> String {
        guard let index else { return "commit table \(table.family.text) \(table.name)" }
        guard case .elements(let verb, let set, let elements) = operations[index], elements.count > 1 else {
            return operations[index].text(in: table)
        }
        let first = Operation.elements(verb, set, [elements[0]]).text(in: table)
        return "\(first) and \(elements.count - 1) more"
    }

    fileprivate func isMissingDeletion(_ failure: NFTablesError.Failure) -> Bool {
        guard let index = failure.index, failure.errno == .noSuchFileOrDirectory else { return false }
        return operations[index].isDeletion
    }

    /// Takes out the deletions at `indices`. Of several elements only some need be missing, so those are tried one by one.
    ///
    /// - Returns: what was taken out for good.
    fileprivate mutating func dropDeletions(at indices: [Int]) -> [Operation] {
        var dropped: [Operation] = []
        let failed = Set(indices)
        operations = operations.enumerated().flatMap { index, operation -> [Operation] in
            guard failed.contains(index) else { return [operation] }
            if case .elements(.delete, let set, let elements) = operation, elements.count > 1 {
                return elements.map { .elements(.delete, set, [$0]) }
            }
            dropped.append(operation)
            return []
        }
        return dropped
    }
}

extension Operation {
    fileprivate var isDeletion: Bool {
        switch self {
        case .delete, .deleteRule, .elements(.delete, _, _): true
        case .add, .create, .flush, .addRule, .insertRule, .elements: false
        }
    }
}
