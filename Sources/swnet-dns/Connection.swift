// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes

/// Somebody who asks over TCP: messages with their length in front. RFC 1035 section 4.2.2, RFC 7766.
final class Connection {
    /// Octets of answers that wait before no more questions are read.
    private static let patience = 1 << 17

    let stream: Stream
    let token: UInt64
    let client: IPAddress
    let network: NetworkName
    /// When something last went in or out, in milliseconds of the monotonic clock.
    private(set) var lastUse: Int
    private var input: [UInt8] = []
    private var output: [UInt8] = []
    private var sent = 0

    init(_ stream: consuming Stream, _ client: IPAddress, on network: NetworkName, token: UInt64, at now: Int) {
        self.stream = stream
        self.client = client
        self.network = network
        self.token = token
        lastUse = now
    }

    /// What to wait for.
    var interest: EventPoll.Readiness {
        let waiting = output.count - sent
        if waiting > Self.patience { return .writing }
        return waiting > 0 ? [.reading, .writing] : .reading
    }

    /// Takes what arrived; returns the messages that are complete, or nil when the connection is over.
    func receive(_ buffer: inout [UInt8], at now: Int) -> [[UInt8]]? {
        guard output.count - sent <= Self.patience else { return [] }
        switch stream.receive(into: &buffer) {
        case .nothing: return []
        case .end: return nil
        case .octets(let count):
            lastUse = now
            input += buffer[..<count]
            return takeMessages()
        }
    }

    private func takeMessages() -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var start = 0
        while input.count - start >= 2 {
            let length = Int(input[start]) << 8 | Int(input[start + 1])
            guard input.count - start - 2 >= length else { break }
            messages.append(Array(input[start + 2..<start + 2 + length]))
            start += 2 + length
        }
        input.removeFirst(start)
        return messages
    }

    /// Puts a message behind those that wait to be sent.
    func append(_ message: [UInt8]) {
        output.append(UInt8(truncatingIfNeeded: message.count >> 8))
        output.append(UInt8(truncatingIfNeeded: message.count))
        output += message
    }

    /// Sends what the kernel takes; returns false when the connection is broken.
    func flush(at now: Int) -> Bool {
        while sent < output.count {
            guard let count = stream.send(output[sent...]) else { return false }
            if count == 0 { return true }
            lastUse = now
            sent += count
        }
        output.removeAll()
        sent = 0
        return true
    }
}
