// SPDX-License-Identifier: Apache-2.0
internal import NetworkTypes

/// Writes one message, its names compressed, and no more of it than the receiver can take.
package struct MessageWriter: Sendable {
    private static let emptyOPTLength = 11
    /// Every receiver takes this much. RFC 1035 section 2.3.4.
    package static let minimumLimit = 512
    /// What the two octets of length in front of a message on TCP can say. RFC 7766 section 8.
    package static let maximumLimit = 65535

    package internal(set) var bytes: [UInt8]
    private(set) var limit: Int
    var names = NameTable()

    /// - Parameters:
    ///   - limit: In octets, for the whole message; 512...65535, what is outside counts as the nearest of them.
    ///   - buffer: An array to use again, whatever it holds.
    package init(limit: Int, buffer: consuming [UInt8] = []) {
        bytes = buffer
        self.limit = 0
        setLimit(limit)
    }

    mutating func setLimit(_ limit: Int) { self.limit = min(max(limit, Self.minimumLimit), Self.maximumLimit) }

    /// Writes `message`. When it does not fit, whole records are left out from the end and TC is set, but not for additional
    /// records, which nobody needs; the OPT record always fits, without its options if need be.
    ///
    /// - SeeAlso: RFC 2181 section 9; RFC 6891 section 7.
    package mutating func write(_ message: Message) {
        bytes.removeAll(keepingCapacity: true)
        bytes.reserveCapacity(min(limit, Self.minimumLimit))
        names.reset(
            questionLength: message.question?.name.wire.count ?? 0,
            records: message.answers.count + message.authorities.count + message.additionals.count)
        write(message.header.id)
        write(message.header.bits)
        write(message.question == nil ? UInt16(0) : 1)
        bytes.append(contentsOf: [0, 0, 0, 0, 0, 0] as [UInt8])
        if let question = message.question { write(question) }
        let edns = message.edns.map(fitting)
        let room = limit - (edns.map { Self.emptyOPTLength + optionsLength($0) } ?? 0)
        var counts = (0, 0, 0)
        counts.0 = write(message.answers, upTo: room)
        if counts.0 == message.answers.count { counts.1 = write(message.authorities, upTo: room) }
        if counts.0 < message.answers.count || counts.1 < message.authorities.count {
            bytes[2] |= 0x02
        } else {
            counts.2 = write(message.additionals, upTo: room)
        }
        if let edns { write(edns) }
        set(counts.0, at: 6)
        set(counts.1, at: 8)
        set(counts.2 + (edns == nil ? 0 : 1), at: 10)
    }

    /// As many records as fit; how many did.
    private mutating func write(_ records: [ResourceRecord], upTo room: Int) -> Int {
        for index in records.indices {
            let start = bytes.count
            write(records[index])
            guard bytes.count <= room else {
                bytes.removeLast(bytes.count - start)
                // The names of a record that is gone must not be pointed at; nothing but other leftovers comes behind.
                names.forget(from: start)
                return index
            }
        }
        return records.count
    }

    private mutating func write(_ question: Question) {
        bytes.append(contentsOf: question.name.wire)
        write(question.type.rawValue)
        write(question.recordClass.rawValue)
    }

    mutating func write(_ record: ResourceRecord) {
        write(compressing: record.name)
        write(record.type.rawValue)
        write(record.recordClass.rawValue)
        write(record.timeToLive)
        write(UInt16(0))
        let start = bytes.count
        write(record.data)
        // Longer data is in no message that was read; of such a record the limit leaves nothing.
        set(bytes.count - start, at: start - 2)
    }

    private mutating func write(_ data: RecordData) {
        switch data {
        case .a(let address): write(address.rawValue)
        case .aaaa(let address): write(address.rawValue)
        case .ns(let name), .cname(let name), .ptr(let name): write(compressing: name)
        case .mx(let preference, let exchange):
            write(preference)
            write(compressing: exchange)
        case .srv(let location):
            write(location.priority)
            write(location.weight)
            write(location.port)
            // Not compressed, for readers that know the type from RFC 2782.
            bytes.append(contentsOf: location.target.wire)
        case .txt(let strings):
            for string in strings {
                bytes.append(UInt8(min(string.count, 255)))
                bytes.append(contentsOf: string.prefix(255))
            }
        case .soa(let authority): write(authority)
        case .opaque(_, let octets): bytes.append(contentsOf: octets)
        }
    }

    private mutating func write(_ authority: StartOfAuthority) {
        write(compressing: authority.primary)
        write(compressing: authority.mailbox)
        write(authority.serial)
        write(authority.refresh)
        write(authority.retry)
        write(authority.expire)
        write(authority.minimum)
    }

    private mutating func write(compressing name: DomainName) {
        names.write(name.wire, to: &bytes)
    }
}

extension MessageWriter {
    private func optionsLength(_ edns: EDNS) -> Int { edns.options.reduce(0) { $0 + 4 + $1.data.count } }

    /// Without its options where they leave no place behind the question.
    private func fitting(_ edns: EDNS) -> EDNS {
        var edns = edns
        if bytes.count + Self.emptyOPTLength + optionsLength(edns) > limit { edns.options = [] }
        return edns
    }

    mutating func write(_ edns: EDNS) {
        bytes.append(0)
        write(RecordType.opt.rawValue)
        write(edns.payloadSize)
        bytes.append(edns.extendedResponseCode)
        bytes.append(edns.version)
        write(edns.isDNSSECWanted ? UInt16(0x8000) : 0)
        write(UInt16(truncatingIfNeeded: optionsLength(edns)))
        for option in edns.options {
            write(option.code)
            write(UInt16(truncatingIfNeeded: option.data.count))
            bytes.append(contentsOf: option.data)
        }
    }

    @inline(__always)
    mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    mutating func set(_ count: Int, at offset: Int) {
        bytes[offset] = UInt8(truncatingIfNeeded: count >> 8)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: count)
    }
}

extension Message {
    /// The message on the wire.
    ///
    /// - Parameter limit: In octets: 512, what the receiver's EDNS says, or 65535 for TCP.
    package func encoded(limit: Int = MessageWriter.maximumLimit) -> [UInt8] {
        var writer = MessageWriter(limit: limit)
        writer.write(self)
        return writer.bytes
    }
}
