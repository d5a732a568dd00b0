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
        self.bytes.removeAll(keepingCapacity: true)
        names.reset(questionLength: query.name.count + 1, records: records)
        write(header.id)
        write(header.bits)
        write(1 as UInt16)
        for _ in 0..<6 { self.bytes.append(0) }
        for index in PlainQuery.nameStart..<query.name.upperBound + 5 { self.bytes.append(bytes[index]) }
    }

    /// Writes an answer that the name in question, which is not the root, has this address.
    package mutating func answer(_ address: IPAddress, timeToLive: UInt32) {
        write(0xc000 | UInt16(PlainQuery.nameStart))
        switch address {
        case .ipv4(let address):
            writeFixedPart(.a, timeToLive, length: 4)
            write(address.rawValue)
        case .ipv6(let address):
            writeFixedPart(.aaaa, timeToLive, length: 16)
            write(address.rawValue)
        }
        count(at: 7)
    }

    /// Writes an answer that the name in question, which is not the root, points to another.
    ///
    /// - Parameter name: As ``DomainName/wire``.
    package mutating func answer(pointer name: [UInt8], timeToLive: UInt32) {
        write(0xc000 | UInt16(PlainQuery.nameStart))
        writeFixedPart(.ptr, timeToLive, length: 0)
        let start = bytes.count
        names.write(name, to: &bytes)
        set(bytes.count - start, at: start - 2)
        count(at: 7)
    }

    /// Writes why there is no answer.
    package mutating func authority(_ record: ResourceRecord) {
        write(record)
        count(at: 9)
    }

    /// Returns false when the message is longer than its receiver takes.
    package mutating func finish(_ edns: EDNS?) -> Bool {
        if let edns {
            write(edns)
            count(at: 11)
        }
        return bytes.count <= limit
    }

    /// Gives the message away for an array to write the next one into.
    package mutating func exchange(_ buffer: inout [UInt8]) { swap(&bytes, &buffer) }

    private mutating func writeFixedPart(_ type: RecordType, _ timeToLive: UInt32, length: UInt16) {
        write(type.rawValue)
        write(RecordClass.internet.rawValue)
        write(timeToLive <= ResourceRecord.maximumTimeToLive ? timeToLive : 0)
        write(length)
    }

    /// One more of a section, which has fewer than 256.
    private mutating func count(at offset: Int) { bytes[offset] += 1 }
}
