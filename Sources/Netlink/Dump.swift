// SPDX-License-Identifier: Apache-2.0
internal import SystemPackage

/// Reading whole tables.
extension NetlinkSocket {
    /// How often a table is read again when it changed meanwhile.
    static let dumpAttempts = 5

    /// Reads a table. A snapshot that the kernel calls torn, or of which it lost a part, is thrown away and taken again;
    /// there is no dump without that.
    ///
    /// - Parameters:
    ///   - attributes: The kernel-side filter.
    ///   - decode: Makes an element of one message, or nil to leave it out.
    /// - Throws: cause `dumpInterrupted` when the table changed during every attempt.
    package mutating func dump<Header, Space, Element>(
        _ type: MessageType<Header, Space>, header: Header, _ operation: @autoclosure () -> String,
        _ attributes: (inout AttributeWriter<Space>) -> Void = { _ in },
        decode: (RawSpan) throws(Malformation) -> Element?
    ) throws(NetlinkError) -> [Element] {
        do throws(NetlinkError.Cause) {
            for _ in 0..<Self.dumpAttempts {
                if let elements = try attemptDump(type, header: header, attributes, decode) { return elements }
            }
            throw .dumpInterrupted(attempts: Self.dumpAttempts)
        } catch { throw NetlinkError(operation: operation(), cause: error) }
    }

    /// Nil when the snapshot is torn.
    private mutating func attemptDump<Header, Space, Element>(
        _ type: MessageType<Header, Space>, header: Header, _ attributes: (inout AttributeWriter<Space>) -> Void,
        _ decode: (RawSpan) throws(Malformation) -> Element?
    ) throws(NetlinkError.Cause) -> [Element]? {
        var elements: [Element] = []
        var replies = try ask(type, .dump, header: header, ending: .done, attributes)
        var lostParts = false
        var failure: Malformation?
        while !replies.isComplete {
            do throws(NetlinkError.Cause) {
                try receive(&replies) { payload in
                    // Read on to the end whatever happens: the kernel refuses another dump until this one is over.
                    do throws(Malformation) {
                        if let element = try decode(payload) { elements.append(element) }
                    } catch { failure = failure ?? error }
                }
            } catch {
                guard error == .transport(.noBufferSpace) else { throw error }
                lostParts = true
            }
        }
        if replies.wasInterrupted || lostParts { return nil }
        if let failure { throw .malformed(failure) }
        return elements
    }
}
