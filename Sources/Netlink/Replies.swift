// SPDX-License-Identifier: Apache-2.0
internal import CNetlink

/// The messages of one datagram.
extension RawSpan {
    /// Calls `body` with the header and payload of each message.
    func forEachMessage<Failure: Error>(
        _ body: (nlmsghdr, RawSpan) throws(Failure) -> Void, orThrow malformed: (Malformation) -> Failure
    ) throws(Failure) {
        let headerSize = MemoryLayout<nlmsghdr>.size
        var offset = 0
        while offset < byteCount {
            guard byteCount - offset >= headerSize else { throw malformed(.truncatedMessage) }
            let header = unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: nlmsghdr.self)
            let length = Int(header.nlmsg_len)
            guard length >= headerSize, length <= byteCount - offset else { throw malformed(.truncatedMessage) }
            try body(header, extracting(offset + headerSize..<offset + length))
            offset += (length + 3) & ~3
        }
    }
}

/// What belongs to one request among the messages that arrive. It does no I/O, so tests feed it bytes.
struct Replies {
    /// What the kernel sends last.
    enum Ending {
        /// `NLMSG_ERROR`: requests that ask for an acknowledgement.
        case acknowledgement
        /// The object itself, or `NLMSG_ERROR`: requests for one object.
        case object
        /// `NLMSG_DONE`: dumps.
        case done
    }

    let sequence: UInt32
    let portID: UInt32
    let ending: Ending
    /// True when a part of a dump carried `NLM_F_DUMP_INTR`: what was read is a torn snapshot.
    private(set) var wasInterrupted = false
    private(set) var isComplete = false

    init(to sequence: UInt32, at portID: UInt32, ending: Ending) {
        self.sequence = sequence
        self.portID = portID
        self.ending = ending
    }

    /// Hands the payload of each message that answers the request to `body`; messages for others are dropped.
    mutating func read(
        _ datagram: RawSpan, _ body: (RawSpan) throws(Malformation) -> Void
    ) throws(NetlinkError.Cause) {
        try datagram.forEachMessage { header, payload throws(NetlinkError.Cause) in
            guard header.nlmsg_seq == sequence, header.nlmsg_pid == portID, !isComplete else { return }
            try read(header, payload, body)
        } orThrow: {
            .malformed($0)
        }
    }

    private mutating func read(
        _ header: nlmsghdr, _ payload: RawSpan, _ body: (RawSpan) throws(Malformation) -> Void
    ) throws(NetlinkError.Cause) {
        let flags = RequestFlags(rawValue: header.nlmsg_flags)
        if flags.contains(.dumpInterrupted) { wasInterrupted = true }
        do throws(Malformation) {
            switch Int32(header.nlmsg_type) {
            case NLMSG_NOOP: return
            case NLMSG_OVERRUN: throw .overrun
            case NLMSG_ERROR: try finish(ExtendedAck(error: payload, flags: flags))
            case NLMSG_DONE: try finish(ExtendedAck(done: payload, flags: flags))
            default:
                try body(payload)
                if ending == .object, !flags.contains(.multipart) { isComplete = true }
            }
        } catch { throw .malformed(error) }
        if let refusal { throw refusal }
    }

    private var refusal: NetlinkError.Cause?

    private mutating func finish(_ acknowledgement: ExtendedAck) {
        isComplete = true
        refusal = acknowledgement.refusal
    }
}
