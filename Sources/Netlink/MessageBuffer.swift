// SPDX-License-Identifier: Apache-2.0
internal import CNetlink

/// Memory that requests are written into, one behind the other.
@safe
struct MessageBuffer: ~Copyable {
    private var storage: UnsafeMutableRawBufferPointer
    /// Bytes in use.
    private(set) var count = 0

    /// Sixteen kibibytes hold any request of ours but long VLAN lists; untouched pages cost nothing.
    init(capacity: Int = 16384) { unsafe storage = .allocate(byteCount: capacity, alignment: 16) }

    deinit { unsafe storage.deallocate() }

    mutating func removeAll() { count = 0 }

    /// Makes room for `bytes` more. Pointers into the buffer do not survive this.
    mutating func reserve(_ bytes: Int) {
        guard unsafe storage.count - count < bytes else { return }
        let larger = unsafe UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(storage.count * 2, count + bytes), alignment: 16)
        unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
        unsafe storage.deallocate()
        unsafe storage = larger
    }

    /// Appends a message and what `body` writes into it. Returns false, and appends nothing, when it does not fit.
    mutating func append<Header, Space>(
        _ type: MessageType<Header, Space>, _ flags: RequestFlags, header: Header, sequence: UInt32,
        _ body: (inout AttributeWriter<Space>) -> Void
    ) -> Bool {
        let room = unsafe storage.count - count
        guard room >= MemoryLayout<nlmsghdr>.size, let start = unsafe storage.baseAddress,
            let message = unsafe mnl_nlmsg_put_header(start + count)
        else { return false }
        unsafe message.pointee.nlmsg_type = type.number
        unsafe message.pointee.nlmsg_flags = flags.union(.request).rawValue
        unsafe message.pointee.nlmsg_seq = sequence
        var writer = unsafe AttributeWriter<Space>(message: message, capacity: room)
        writer.putHeader(header)
        body(&writer)
        guard !writer.overflowed else { return false }
        unsafe count += Int(message.pointee.nlmsg_len)
        return true
    }

    /// Appends a message that a C library writes at the pointer it gets, within `room` bytes.
    mutating func append(room: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
        reserve(room)
        guard let start = unsafe storage.baseAddress else { return }
        unsafe write(start + count)
        let length = unsafe (start + count).load(as: nlmsghdr.self).nlmsg_len
        // Beyond `room` memory is overwritten already, and going on would hide it.
        precondition(length >= MemoryLayout<nlmsghdr>.size && length <= room, "a message outgrew its room")
        count += (Int(length) + 3) & ~3
    }

    /// Numbers the messages at `offsets` from `first` on and makes the one at `acknowledged` ask for a receipt.
    mutating func number(_ offsets: [Int], from first: UInt32, acknowledged: Int) {
        guard let start = unsafe storage.baseAddress else { return }
        for (index, offset) in offsets.enumerated() where offset + MemoryLayout<nlmsghdr>.size <= count {
            let message = unsafe (start + offset).assumingMemoryBound(to: nlmsghdr.self)
            unsafe message.pointee.nlmsg_seq = first &+ UInt32(index)
            if index == acknowledged { unsafe message.pointee.nlmsg_flags |= RequestFlags.acknowledge.rawValue }
        }
    }

    /// The messages, copied.
    var bytes: [UInt8] { unsafe Array(unsafeBytes) }

    /// Borrowed for the length of one call.
    var unsafeBytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: storage[..<count]) }
}
