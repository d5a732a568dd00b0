// SPDX-License-Identifier: Apache-2.0
internal import CNetlink

/// Appends attributes to a message that is being built.
///
/// libmnl computes every offset. What does not fit sets a flag that sending looks at, so that no step in between needs
/// an error path.
@safe
package struct AttributeWriter<Space: AttributeSpace>: ~Copyable {
    private let message: UnsafeMutablePointer<nlmsghdr>
    /// Bytes from the start of the message that may be written.
    private let capacity: Int
    private(set) var overflowed = false

    init(message: UnsafeMutablePointer<nlmsghdr>, capacity: Int) {
        unsafe self.message = message
        self.capacity = capacity
    }

    /// Appends one attribute; nil leaves it out.
    package mutating func put<Payload: AttributePayload>(_ attribute: Attribute<Space, Payload>, _ value: Payload?) {
        value?.withWireBytes { put(attribute.type, $0) }
    }

    /// Appends an attribute of unchecked type: kinds whose payload is a C struct.
    mutating func put<Payload: BitwiseCopyable>(structure attribute: Attribute<Space, Payload>, _ value: Payload) {
        unsafe withUnsafeBytes(of: value) { unsafe put(attribute.type, $0.bytes) }
    }

    private mutating func put(_ type: UInt16, _ payload: RawSpan) {
        unsafe payload.withUnsafeBytes { bytes in
            guard bytes.count <= Self.longestPayload,
                unsafe mnl_attr_put_check(message, capacity, type, bytes.count, bytes.baseAddress)
            else {
                overflowed = true
                return
            }
            // libmnl leaves the padding as it finds it before version 1.0.5.
            let padding = -bytes.count & (Int(MNL_ALIGNTO) - 1)
            let end = unsafe mnl_nlmsg_get_payload_tail(message)
            unsafe end?.advanced(by: -padding).initializeMemory(as: UInt8.self, repeating: 0, count: padding)
        }
    }

    /// Appends an attribute that holds the attributes `body` writes.
    package mutating func nest<Inner>(
        _ attribute: Attribute<Space, Nested<Inner>>, _ body: (inout AttributeWriter<Inner>) -> Void
    ) {
        nest(attribute.type, body)
    }

    /// Appends an attribute that holds `header` and then the attributes `body` writes.
    package mutating func nest<Header, Inner>(
        _ attribute: Attribute<Space, HeadedNest<Header, Inner>>, header: Header,
        _ body: (inout AttributeWriter<Inner>) -> Void
    ) {
        nest(attribute.type) { (inner: inout AttributeWriter<Inner>) in
            inner.putHeader(header)
            body(&inner)
        }
    }

    private mutating func nest<Inner>(_ type: UInt16, _ body: (inout AttributeWriter<Inner>) -> Void) {
        guard let start = unsafe mnl_attr_nest_start_check(message, capacity, type) else {
            overflowed = true
            return
        }
        let before = unsafe message.pointee.nlmsg_len
        var inner = unsafe AttributeWriter<Inner>(message: message, capacity: capacity)
        body(&inner)
        let grownTooFar = unsafe Int(message.pointee.nlmsg_len - before) > Self.longestPayload
        overflowed = overflowed || inner.overflowed || grownTooFar
        unsafe mnl_attr_nest_end(message, start)
    }

    /// The length of an attribute has 16 bits, its header included, and libmnl does not look.
    private static var longestPayload: Int { Int(UInt16.max) - MemoryLayout<nlattr>.size }

    /// The fixed C struct that precedes the attributes of a message or of a headed nest.
    mutating func putHeader<Header: BitwiseCopyable>(_ header: Header) {
        let size = MemoryLayout<Header>.size
        // libmnl does not look at the capacity here; it pads to four bytes.
        guard unsafe Int(message.pointee.nlmsg_len) + size + Int(MNL_ALIGNTO) <= capacity,
            let place = unsafe mnl_nlmsg_put_extra_header(message, size)
        else {
            overflowed = true
            return
        }
        unsafe place.storeBytes(of: header, as: Header.self)
    }
}
