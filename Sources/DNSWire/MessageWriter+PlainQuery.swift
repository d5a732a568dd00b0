// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

// The answer to a plain query record by record, without a message in between.
extension MessageWriter {
    /// Begins the answer to a query that lies in `bytes`.
    ///
    /// - Parameters:
    ///   - header: Of the answer.
    ///   - records: How many there will be, besides OPT.
    ///   - limit: In octets.
    package mutating func begin(
        _ header: Header, to query: PlainQuery, in bytes: [UInt8], records: Int, limit: Int
    ) {
        setLimit(limit)
        names.reset(questionLength: query.name.count + 1, records: records)
        self.bytes.removeAll(keepingCapacity: true)
        self.bytes.append(contentsOf: bytes[..<(query.name.upperBound + 5)])
        var message = self.bytes.mutableSpan
        message.set(header.bits, at: 2)
        for offset in 6..<12 { message[offset] = 0 }
    }

    /// Writes an answer that the name in question, which is not the root, has this address.
    package mutating func answer(_ address: IPAddress, timeToLive: UInt32) {
        let start = bytes.count
        let timeToLive = timeToLive <= ResourceRecord.maximumTimeToLive ? timeToLive : 0
        switch address {
        case .ipv4(let address):
            bytes.append(contentsOf: shortAnswer)
            var message = bytes.mutableSpan
            message.set(timeToLive, at: start + 6)
            message.set(address.rawValue, at: start + 12)
            message[7] += 1
        case .ipv6(let address):
            bytes.append(contentsOf: longAnswer)
            var message = bytes.mutableSpan
            message.set(timeToLive, at: start + 6)
            message.set(address.rawValue, at: start + 12)
            message[7] += 1
        }
    }

    /// Writes an answer that the name in question, which is not the root, points to another.
    ///
    /// - Parameter name: As ``DomainName/wire``.
    package mutating func answer(pointer name: [UInt8], timeToLive: UInt32) {
        write(0xc000 | UInt16(PlainQuery.nameStart))
        write(RecordType.ptr.rawValue)
        write(RecordClass.internet.rawValue)
        write(timeToLive <= ResourceRecord.maximumTimeToLive ? timeToLive : 0)
        write(0 as UInt16)
        let start = bytes.count
        names.write(name, to: &bytes)
        set(bytes.count - start, at: start - 2)
        bytes[7] += 1
    }

    /// Writes why there is no answer.
    package mutating func authority(_ record: ResourceRecord) {
        write(record)
        bytes[9] += 1
    }

    /// Closes the message, with an OPT record if the query has one.
    ///
    /// - Parameter payloadSize: What we take in one datagram.
    /// - Returns: False when the message is longer than its receiver takes.
    package mutating func finish(_ query: PlainQuery, payloadSize: UInt16) -> Bool {
        if query.payloadSize != nil {
            let start = bytes.count
            bytes.append(contentsOf: emptyOPT)
            var message = bytes.mutableSpan
            message.set(payloadSize, at: start + 3)
            message[start + 7] = query.isDNSSECWanted ? 0x80 : 0
            message[11] += 1
        }
        return bytes.count <= limit
    }

    /// Gives the message away for an array to write the next one into.
    package mutating func exchange(_ buffer: inout [UInt8]) { swap(&bytes, &buffer) }
}

// Records with a pointer to the question's name, or the root, and zeros for what varies. Of each there are fewer than 256
// in a message, so the lower octet of a count is enough.
private let shortAnswer: [UInt8] = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]
private let longAnswer: [UInt8] = [
    0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]
private let emptyOPT: [UInt8] = [0, 0, 41, 0, 0, 0, 0, 0, 0, 0, 0]

extension MutableSpan<UInt8> {
    /// Writes a number in network order.
    @inline(__always)
    fileprivate mutating func set<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        var rest = number
        for index in stride(from: offset + Number.bitWidth / 8 - 1, through: offset, by: -1) {
            self[index] = UInt8(truncatingIfNeeded: rest)
            rest >>= 8
        }
    }
}
