// SPDX-License-Identifier: Apache-2.0

/// Single requests and their replies.
extension NetlinkSocket {
    /// Sends a request that changes something and waits for its acknowledgement.
    ///
    /// - Parameters:
    ///   - operation: What is attempted, in the words of ip(8).
    ///   - attributes: Writes what goes behind `header`.
    package mutating func execute<Header, Space>(
        _ type: MessageType<Header, Space>, _ flags: RequestFlags, header: Header,
        _ operation: @autoclosure () -> String, _ attributes: (inout AttributeWriter<Space>) -> Void
    ) throws(NetlinkError) {
        try converse(
            type, flags.union(.acknowledge), header: header, ending: .acknowledgement, operation, attributes
        ) { _ in }
    }

    /// As ``execute(_:_:header:_:_:)``, with the notification of the change handed to `onEcho`: it says what the kernel
    /// made. Kernels that do not echo this kind of change do not call it.
    mutating func executeEchoed<Header, Space>(
        _ type: MessageType<Header, Space>, _ flags: RequestFlags, header: Header,
        _ operation: @autoclosure () -> String, _ attributes: (inout AttributeWriter<Space>) -> Void,
        onEcho: (RawSpan) throws(Malformation) -> Void
    ) throws(NetlinkError) {
        try converse(
            type, flags.union([.acknowledge, .echo]), header: header, ending: .acknowledgement, operation, attributes,
            onEcho)
    }

    /// Asks for one object.
    package mutating func get<Header, Space, Object>(
        _ type: MessageType<Header, Space>, header: Header, _ operation: @autoclosure () -> String,
        _ attributes: (inout AttributeWriter<Space>) -> Void, decode: (RawSpan) throws(Malformation) -> Object
    ) throws(NetlinkError) -> Object {
        var object: Object?
        try converse(type, [], header: header, ending: .object, operation, attributes) {
            payload throws(Malformation) in object = try decode(payload)
        }
        guard let object else { throw NetlinkError(operation: operation(), cause: .malformed(.missingReply)) }
        return object
    }

    private mutating func converse<Header, Space>(
        _ type: MessageType<Header, Space>, _ flags: RequestFlags, header: Header, ending: Replies.Ending,
        _ operation: () -> String, _ attributes: (inout AttributeWriter<Space>) -> Void,
        _ onReply: (RawSpan) throws(Malformation) -> Void
    ) throws(NetlinkError) {
        do throws(NetlinkError.Cause) {
            var replies = try ask(type, flags, header: header, ending: ending, attributes)
            while !replies.isComplete { try receive(&replies, onReply) }
        } catch { throw NetlinkError(operation: operation(), cause: error) }
    }

    /// Sends one request and returns what sorts its replies.
    mutating func ask<Header, Space>(
        _ type: MessageType<Header, Space>, _ flags: RequestFlags, header: Header, ending: Replies.Ending,
        _ attributes: (inout AttributeWriter<Space>) -> Void
    ) throws(NetlinkError.Cause) -> Replies {
        let sequence = claimSequence()
        request.removeAll()
        guard request.append(type, flags, header: header, sequence: sequence, attributes) else {
            throw .malformed(.requestTooLarge)
        }
        try unsafe send(request.unsafeBytes)
        return Replies(to: sequence, at: portID, ending: ending)
    }

    mutating func receive(
        _ replies: inout Replies, _ onReply: (RawSpan) throws(Malformation) -> Void
    ) throws(NetlinkError.Cause) {
        _ = try receive { datagram throws(NetlinkError.Cause) in try replies.read(datagram, onReply) }
    }
}
