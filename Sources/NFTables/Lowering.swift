// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import Netlink

/// Turns operations into messages, the way nft(8) does, through libnftnl.
struct Lowering: ~Copyable {
    private(set) var batch = Batch()
    /// For each message of the batch the position of its operation; nil for those that begin and end the batch.
    private(set) var operationOfMessage: [Int?] = []
    private let table: Table

    init(_ transaction: Transaction) {
        table = transaction.table
        unsafe appendBoundary { unsafe nftnl_batch_begin($0, 0) }
        for (index, operation) in transaction.operations.enumerated() { append(operation, index) }
        unsafe appendBoundary { unsafe nftnl_batch_end($0, 0) }
    }

    /// The message that asks for a receipt: the last operation. Kernels before 6.10 send none for the end of a batch.
    var acknowledged: Int { operationOfMessage.count - 2 }

    consuming func takeBatch() -> Batch { batch }

    private mutating func appendBoundary(_ write: (UnsafeMutablePointer<CChar>) -> UnsafeMutablePointer<nlmsghdr>?) {
        unsafe batch.append("", room: 64) { _ = unsafe write($0.assumingMemoryBound(to: CChar.self)) }
        operationOfMessage.append(nil)
    }

    private mutating func append(_ operation: Operation, _ index: Int) {
        switch operation {
        case .add(let object): append(object, .create, index)
        case .create(let object): append(object, [.create, .exclusive], index)
        case .delete(let object): appendDeletion(of: object, index)
        case .flush(let object): appendFlush(of: object, index)
        case .addRule(let rule): append(rule, [.create, .append], before: nil, index)
        case .insertRule(let rule, let handle): append(rule, .create, before: handle, index)
        case .deleteRule(let chain, let handle):
            let object = RuleObject(handle: handle, of: Chain(chain), in: table)
            append(.deleteRule, [], index, bound: 512, object)
        case .elements(let verb, let set, let elements): append(verb, set, elements, index)
        }
    }

    private mutating func append(_ object: Operation.Object, _ flags: RequestFlags, _ index: Int) {
        switch object {
        case .table: append(.newTable, flags, index, bound: 1024, TableObject(table))
        case .chain(let chain): append(.newChain, flags, index, bound: 1024, ChainObject(chain, in: table))
        case .set(let set):
            let object = SetObject(set, in: table, identifier: UInt32(index))
            append(.newSet, flags, index, bound: 1024, object)
        }
    }

    private mutating func appendDeletion(of object: Operation.Object, _ index: Int) {
        switch object {
        case .table: append(.deleteTable, [], index, bound: 512, TableObject(named: table))
        case .chain(let chain):
            append(.deleteChain, [], index, bound: 512, ChainObject(named: chain, in: table))
        case .set(let set): append(.deleteSet, [], index, bound: 512, SetObject(named: set, in: table))
        }
    }

    private mutating func appendFlush(of object: Operation.Object, _ index: Int) {
        switch object {
        case .table: append(.deleteRule, [], index, bound: 512, RuleObject(allOf: nil, in: table))
        case .chain(let chain): append(.deleteRule, [], index, bound: 512, RuleObject(allOf: chain, in: table))
        case .set(let set): append(.deleteElement, [], index, bound: 512, SetObject(named: set, in: table))
        }
    }

    private mutating func append(_ rule: Rule, _ flags: RequestFlags, before handle: UInt64?, _ index: Int) {
        let object = RuleObject(rule, before: handle, in: table)
        append(.newRule, flags, index, bound: 1024 + 512 * rule.statements.count, object)
    }

    /// One attribute holds 64 KB at most, so many elements take several messages.
    private mutating func append(
        _ verb: Operation.ElementVerb, _ set: SetDeclaration, _ elements: [Element], _ index: Int
    ) {
        let flags: RequestFlags =
            switch verb {
            case .add: .create
            case .create: [.create, .exclusive]
            case .delete: []
            }
        var rest = elements[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(Self.elementsPerMessage)
            rest = rest.dropFirst(chunk.count)
            let object = ElementsObject(chunk, of: set, in: table, withValues: verb != .delete)
            let kind = verb == .delete ? MessageKind.deleteElement : .newElement
            append(kind, flags, index, bound: 512 + Self.elementBound * chunk.count, object)
        }
    }

    private mutating func append(
        _ kind: MessageKind, _ flags: RequestFlags, _ index: Int, bound: Int,
        _ object: borrowing some LoweredObject & ~Copyable
    ) {
        let family = UInt16(table.family.rawValue)
        unsafe batch.append("", room: bound) { start in
            // libmnl leaves the padding between attributes as it finds it.
            let start = unsafe start.initializeMemory(as: CChar.self, repeating: 0, count: bound)
            // Sequence numbers are the socket's business.
            let header = unsafe nftnl_nlmsg_build_hdr(start, kind.rawValue, family, flags.rawValue, 0)
            if let header = unsafe header { unsafe object.write(to: header) }
        }
        operationOfMessage.append(index)
    }

    /// Most bytes of an element: two keys and data of at most 64 bytes, a chain name, a comment, headers.
    private static let elementBound = 768
    private static let elementsPerMessage = 64
}
