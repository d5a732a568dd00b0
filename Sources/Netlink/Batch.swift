// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import SystemPackage

/// Several requests that share one send.
///
/// rtnetlink performs them in order and goes on behind a failure, so only independent requests, or requests that cannot
/// harm when an earlier one failed, belong together. nftables performs all or none.
package struct Batch: ~Copyable {
    private var buffer = MessageBuffer()
    private var operations: [String] = []
    private var offsets: [Int] = []
    private var overflowed: Int?

    package init() {}

    /// Number of requests.
    package var count: Int { operations.count }

    package var isEmpty: Bool { operations.isEmpty }

    /// Appends a request.
    package mutating func append<Header, Space>(
        _ type: MessageType<Header, Space>, _ flags: RequestFlags, header: Header, _ operation: String,
        _ attributes: (inout AttributeWriter<Space>) -> Void
    ) {
        buffer.reserve(Self.roomPerMessage)
        let offset = buffer.count
        if !buffer.append(type, flags, header: header, sequence: 0, attributes) { overflowed = overflowed ?? count }
        record(operation, at: offset)
    }

    /// Appends a message that a C library writes, header included, at the pointer that `write` gets.
    ///
    /// - Parameters:
    ///   - room: Most bytes that `write` may use. It is a programmer's error to use more.
    ///   - write: Sets type, flags and length of the message; the sequence number is set when the batch is sent.
    package mutating func append(_ operation: String, room: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
        let offset = buffer.count
        unsafe buffer.append(room: room, write)
        record(operation, at: offset)
    }

    /// Rtnetlink requests of ours are far smaller.
    private static let roomPerMessage = 8192

    private mutating func record(_ operation: String, at offset: Int) {
        operations.append(operation)
        offsets.append(offset)
    }

    /// The requests as they go out, before they are numbered.
    var bytes: [UInt8] { buffer.bytes }

    fileprivate borrowing func error(_ index: Int, _ cause: NetlinkError.Cause) -> NetlinkError {
        NetlinkError(operation: operations.indices.contains(index) ? operations[index] : "send a batch", cause: cause)
    }

    /// Everything is numbered here rather than in `append`, since numbers belong to a socket.
    fileprivate mutating func prepare(from first: UInt32, acknowledged: Int) throws(NetlinkError) {
        if let overflowed { throw error(overflowed, .malformed(.requestTooLarge)) }
        buffer.number(offsets, from: first, acknowledged: acknowledged)
    }

    fileprivate borrowing func send(over socket: borrowing NetlinkSocket) throws(NetlinkError.Cause) {
        try unsafe socket.send(buffer.unsafeBytes)
    }
}

/// A request of a batch that was refused.
package struct BatchFailure: Error, Equatable, Sendable {
    /// Position in the batch, from 0.
    package let index: Int
    package let error: NetlinkError
}

extension NetlinkSocket {
    /// Sends `batch` and throws the error of the first request that failed.
    package mutating func execute(_ batch: consuming Batch) throws(NetlinkError) {
        if let failure = try perform(batch, toleratingLostReplies: true).first { throw failure.error }
    }

    /// Sends `batch` in one datagram and returns the requests that were refused, in order.
    ///
    /// - Parameter acknowledged: Index of the request that asks for a receipt, the last one unless told; errors of all
    ///   others arrive without being asked for.
    /// - Throws: when the socket fails, when the receipt does not come, or when there were more errors than the receive
    ///   queue holds (some three hundred), for then it is not known which requests were refused.
    package mutating func perform(
        _ batch: consuming Batch, acknowledged: Int? = nil
    ) throws(NetlinkError) -> [BatchFailure] {
        try perform(batch, acknowledged: acknowledged, toleratingLostReplies: false)
    }

    private mutating func perform(
        _ batch: consuming Batch, acknowledged: Int? = nil, toleratingLostReplies: Bool
    ) throws(NetlinkError) -> [BatchFailure] {
        guard !batch.isEmpty else { return [] }
        let receipt = acknowledged ?? batch.count - 1
        let first = claimSequence(batch.count)
        try batch.prepare(from: first, acknowledged: receipt)
        var outcome = BatchReplies(count: batch.count, from: first, at: portID)
        do throws(NetlinkError.Cause) {
            try batch.send(over: self)
            try collect(into: &outcome)
            // The first errors are those that were kept.
            let isKnown = !outcome.lostReplies || toleratingLostReplies && !outcome.refusals.isEmpty
            guard isKnown else { throw .transport(.noBufferSpace) }
            guard !outcome.refusals.isEmpty || outcome.acknowledged.contains(receipt) else {
                throw .malformed(.missingAcknowledgement)
            }
        } catch { throw batch.error(receipt, error) }
        return outcome.refusals.sorted { $0.index < $1.index }.map { refusal in
            BatchFailure(index: refusal.index, error: batch.error(refusal.index, refusal.cause))
        }
    }

    /// All replies are queued when send(2) returns: waits for one, then takes what is there, so that nothing is left to
    /// fill the queue.
    private mutating func collect(into outcome: inout BatchReplies) throws(NetlinkError.Cause) {
        var isFirst = true
        while true {
            do throws(NetlinkError.Cause) {
                let received = try receive(waiting: isFirst) { datagram throws(NetlinkError.Cause) in
                    try outcome.read(datagram)
                }
                if !received { return }
            } catch {
                guard error == .transport(.noBufferSpace) else { throw error }
                outcome.lostReplies = true
            }
            isFirst = false
        }
    }
}

/// Attributes replies to the requests of a batch by sequence number. It does no I/O, so tests feed it bytes.
struct BatchReplies {
    private let first: UInt32
    private let count: Int
    private let portID: UInt32
    private(set) var refusals: [(index: Int, cause: NetlinkError.Cause)] = []
    private(set) var acknowledged: Set<Int> = []
    /// True when the receive queue overflowed.
    var lostReplies = false

    init(count: Int, from first: UInt32, at portID: UInt32) {
        self.first = first
        self.count = count
        self.portID = portID
    }

    mutating func read(_ datagram: RawSpan) throws(NetlinkError.Cause) {
        try datagram.forEachMessage { header, payload throws(NetlinkError.Cause) in
            let index = Int(header.nlmsg_seq &- first)
            guard index < count, header.nlmsg_pid == portID, header.nlmsg_type == NLMSG_ERROR else { return }
            do throws(Malformation) {
                let flags = RequestFlags(rawValue: header.nlmsg_flags)
                let acknowledgement = try ExtendedAck(error: payload, flags: flags)
                if let refusal = acknowledgement.refusal {
                    refusals.append((index, refusal))
                } else {
                    acknowledged.insert(index)
                }
            } catch { throw .malformed(error) }
        } orThrow: {
            .malformed($0)
        }
    }
}
