// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// Room for as many datagrams as are taken from a socket, and answered, in one call. recvmmsg(2), sendmmsg(2).
@safe package struct DatagramBatch: ~Copyable {
    package static let capacity = 32
    /// Octets of the largest datagram that is taken; of what is longer nothing is.
    package static let largest = 2048

    private let octets: UnsafeMutablePointer<UInt8>
    private let senders: UnsafeMutablePointer<SocketAddress>
    private let lengths: UnsafeMutablePointer<UInt32>
    /// What is to be sent: all of it in one array, whose ends are known.
    private var outgoing: [UInt8] = []
    private var receivers: [SocketAddress] = []
    private var ends: [UInt32] = []

    package init() {
        unsafe octets = .allocate(capacity: Self.capacity * Self.largest)
        unsafe senders = .allocate(capacity: Self.capacity)
        unsafe senders.initialize(repeating: SocketAddress(), count: Self.capacity)
        unsafe lengths = .allocate(capacity: Self.capacity)
        unsafe lengths.initialize(repeating: 0, count: Self.capacity)
        receivers.reserveCapacity(Self.capacity)
        ends.reserveCapacity(Self.capacity)
    }

    deinit {
        unsafe octets.deallocate()
        unsafe senders.deallocate()
        unsafe lengths.deallocate()
    }

    /// Takes what is there; returns how many datagrams that is.
    package mutating func receive(from socket: borrowing DatagramSocket) -> Int {
        let count = unsafe swnet_receive_datagrams(
            socket.descriptor.rawValue, octets, UInt32(Self.largest), senders,
            UInt32(MemoryLayout<SocketAddress>.stride), lengths, UInt32(Self.capacity))
        return max(0, Int(count))
    }

    /// Copies datagram number `index` to the front of `buffer`, which has room for the largest.
    ///
    /// - Returns: Its octets and its sender; nil when it was too long or of no family that can be answered.
    package borrowing func load(_ index: Int, into buffer: inout [UInt8]) -> (count: Int, sender: SocketAddress)? {
        precondition((0..<Self.capacity).contains(index) && buffer.count >= Self.largest)
        let count = unsafe Int(lengths[index])
        guard count <= Self.largest else { return nil }
        unsafe buffer.withUnsafeMutableBytes {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: octets + index * Self.largest, count: count))
        }
        return unsafe (count, senders[index])
    }

    /// Puts a datagram among those that ``flush(to:)`` sends. Returns false when it has to be called first.
    package mutating func append(_ bytes: [UInt8], to receiver: SocketAddress) -> Bool {
        guard receivers.count < Self.capacity else { return false }
        outgoing += bytes
        receivers.append(receiver)
        ends.append(UInt32(outgoing.count))
        return true
    }

    /// Sends what was appended. What the socket has no room for is lost, as datagrams are.
    package mutating func flush(to socket: borrowing DatagramSocket) {
        guard !receivers.isEmpty else { return }
        let raw = socket.descriptor.rawValue
        let stride = UInt32(MemoryLayout<SocketAddress>.stride)
        let count = UInt32(receivers.count)
        unsafe outgoing.withUnsafeBufferPointer { octets in
            unsafe receivers.withUnsafeBufferPointer { receivers in
                unsafe ends.withUnsafeBufferPointer { ends in
                    _ = unsafe swnet_send_datagrams(
                        raw, octets.baseAddress, ends.baseAddress, receivers.baseAddress, stride, count)
                }
            }
        }
        outgoing.removeAll(keepingCapacity: true)
        receivers.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}
