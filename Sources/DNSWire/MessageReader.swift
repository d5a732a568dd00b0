// SPDX-License-Identifier: Apache-2.0

/// Reads the fields of a message, front to back. Never traps, whatever the octets are.
package struct MessageReader {
    /// A name has at most this many labels, and a pointer with no label behind it serves nothing.
    private static let maximumPointers = 127

    private let message: [UInt8]
    /// Where the message ends; a receive buffer is longer.
    let end: Int
    private(set) var offset = 0

    /// - Parameter count: Octets of `message` that were received; nil for all.
    package init(_ message: [UInt8], count: Int? = nil) {
        self.message = message
        end = min(max(count ?? message.count, 0), message.count)
    }

    @inline(__always)
    mutating func readUInt8() throws(DNSWireError) -> UInt8 {
        guard offset < end else { throw .truncated(at: offset) }
        defer { offset += 1 }
        return message[offset]
    }

    @inline(__always)
    mutating func readUInt16() throws(DNSWireError) -> UInt16 {
        guard offset + 2 <= end else { throw .truncated(at: offset) }
        defer { offset += 2 }
        return UInt16(message[offset]) << 8 | UInt16(message[offset + 1])
    }

    mutating func readUInt32() throws(DNSWireError) -> UInt32 {
        guard offset + 4 <= end else { throw .truncated(at: offset) }
        return UInt32(try readUInt16()) << 16 | UInt32(try readUInt16())
    }

    mutating func readUInt64() throws(DNSWireError) -> UInt64 {
        guard offset + 8 <= end else { throw .truncated(at: offset) }
        return UInt64(try readUInt32()) << 32 | UInt64(try readUInt32())
    }

    mutating func readOctets(_ count: Int) throws(DNSWireError) -> ArraySlice<UInt8> {
        guard count <= end - offset else { throw .truncated(at: offset) }
        defer { offset += count }
        return message[offset..<(offset + count)]
    }

    /// Reads a possibly compressed name. RFC 1035 section 4.1.4.
    ///
    /// A pointer must aim below the field or pointer target that carries it, so following pointers always ends; that they
    /// are counted as well keeps a message of nothing but pointers from costing more than others.
    package mutating func readName() throws(DNSWireError) -> DomainName {
        let start = offset
        let stop = try skipLabels(from: start)
        let isCompressed = message[stop] != 0
        guard stop + 1 - start <= DomainName.maximumLength else { throw .nameTooLong(at: start) }
        guard isCompressed else {
            offset = stop + 1
            return DomainName(validated: Array(message[start...stop]))
        }
        var wire = Array(message[start..<stop])
        try follow(pointerAt: stop, of: start, into: &wire)
        offset = stop + 2
        return DomainName(validated: wire)
    }

    /// Where the closing zero or the first pointer is.
    private func skipLabels(from start: Int) throws(DNSWireError) -> Int {
        var cursor = start
        while true {
            guard cursor < end else { throw .truncated(at: start) }
            let octet = message[cursor]
            if octet == 0 || octet >= 0xc0 { return cursor }
            guard octet <= DomainName.maximumLabelLength else { throw .reservedLabel(at: cursor) }
            cursor += 1 + Int(octet)
        }
    }

    /// Appends the rest of the name that began at `start`.
    private func follow(pointerAt source: Int, of start: Int, into wire: inout [UInt8]) throws(DNSWireError) {
        var (source, limit) = (source, start)
        for _ in 0..<Self.maximumPointers {
            guard source + 1 < end else { throw .truncated(at: source) }
            let target = Int(message[source] & 0x3f) << 8 | Int(message[source + 1])
            guard target < limit else { throw .forwardPointer(from: source, to: target) }
            let stop = try skipLabels(from: target)
            guard wire.count + stop - target < DomainName.maximumLength else { throw .nameTooLong(at: start) }
            wire.append(contentsOf: message[target..<stop])
            if message[stop] == 0 {
                wire.append(0)
                return
            }
            (source, limit) = (stop, target)
        }
        throw .tooManyPointers(at: start)
    }
}
