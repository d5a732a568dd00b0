// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import SwnetResolver

/// One question to one server over UDP, from a socket of its own so that its port cannot be guessed. RFC 5452 section 4.5.
final class DatagramExchange {
    let id: ExchangeID
    let upstream: Upstream
    let socket: DatagramSocket

    init(_ id: ExchangeID, _ upstream: Upstream, _ query: [UInt8]) throws(SystemError) {
        let socket = try DatagramSocket(
            connectedTo: upstream.address, interface: upstream.scope, port: upstream.port)
        try socket.send(query)
        self.id = id
        self.upstream = upstream
        self.socket = socket
    }
}

/// One question to one server over TCP.
final class StreamExchange {
    let id: ExchangeID
    let upstream: Upstream
    let stream: Stream
    private var output: [UInt8]
    private var sent = 0
    private var input: [UInt8] = []

    init(_ id: ExchangeID, _ upstream: Upstream, _ query: [UInt8]) throws(SystemError) {
        let stream = try Stream(connectingTo: upstream.address, interface: upstream.scope, port: upstream.port)
        self.id = id
        self.upstream = upstream
        self.stream = stream
        output = [UInt8(truncatingIfNeeded: query.count >> 8), UInt8(truncatingIfNeeded: query.count)] + query
    }

    var interest: EventPoll.Readiness { sent < output.count ? .writing : .reading }

    /// Sends what is left of the question; returns false when the server cannot be reached.
    func send() -> Bool {
        guard let count = stream.send(output[sent...]) else { return false }
        sent += count
        return true
    }

    enum Progress {
        case waiting
        case answer([UInt8])
        case failure
    }

    func receive(_ buffer: inout [UInt8]) -> Progress {
        switch stream.receive(into: &buffer) {
        case .nothing: return .waiting
        case .end: return .failure
        case .octets(let count):
            input += buffer[..<count]
            guard input.count >= 2 else { return .waiting }
            let length = Int(input[0]) << 8 | Int(input[1])
            guard input.count - 2 >= length else { return .waiting }
            return .answer(Array(input[2..<2 + length]))
        }
    }
}
