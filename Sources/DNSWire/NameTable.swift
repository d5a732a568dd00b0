// SPDX-License-Identifier: Apache-2.0

/// Where in a message the names are that later ones can point to. RFC 1035 section 4.1.4.
///
/// Names are taken for the same only when they are spelled alike: a receiver gets every spelling as it was given. Most
/// messages repeat nothing but the question's name, so the table stays empty until another name comes.
struct NameTable: Sendable {
    private static let headerLength = 12
    /// Slots looked at for one name, so that names made to collide cost no more than others.
    private static let probes = 8
    private static let offsetBits: UInt32 = 14

    /// Of the question's name behind the header; zero without one.
    private var questionLength = 0
    private var capacity = 64
    private var isEmpty = true
    /// Upper 18 bits of a hash beside an offset; no offset is zero.
    private var slots: [UInt32] = []

    /// Begins a message anew.
    ///
    /// - Parameters:
    ///   - questionLength: In octets, of the question's name; zero without a question.
    ///   - records: How many there will be.
    mutating func reset(questionLength: Int, records: Int) {
        self.questionLength = questionLength
        var capacity = 64
        while capacity < 8 * records, capacity < 16384 { capacity *= 2 }
        if capacity != self.capacity {
            self.capacity = capacity
            slots = []
        } else if !isEmpty {
            for index in slots.indices { slots[index] = 0 }
        }
        isEmpty = true
    }

    /// - Parameter wire: As ``DomainName/wire``.
    mutating func write(_ wire: [UInt8], to message: inout [UInt8]) {
        if wire.count == 1 { return message.append(0) }
        if isQuestion(wire, in: message) {
            message.append(0xc0)
            message.append(UInt8(Self.headerLength))
            return
        }
        if isEmpty { registerQuestion(in: message) }
        let match = longestMatch(wire, in: message)
        let start = message.count
        register(wire, 0..<wire.count, upTo: match?.start ?? wire.count, at: start)
        guard let match else { return message.append(contentsOf: wire) }
        message.append(contentsOf: wire[..<match.start])
        message.append(0xc0 | UInt8(match.offset >> 8))
        message.append(UInt8(match.offset & 0xff))
    }

    /// Drops what was written at `offset` and behind it.
    mutating func forget(from offset: Int) {
        for index in slots.indices where Int(slots[index] & 0x3fff) >= offset { slots[index] = 0 }
    }

    private func isQuestion(_ wire: [UInt8], in message: [UInt8]) -> Bool {
        guard wire.count == questionLength else { return false }
        for index in wire.indices where wire[index] != message[Self.headerLength + index] { return false }
        return true
    }

    private mutating func registerQuestion(in message: [UInt8]) {
        isEmpty = false
        if slots.isEmpty { slots = [UInt32](repeating: 0, count: capacity) }
        let name = Self.headerLength..<(Self.headerLength + questionLength)
        register(message, name, upTo: name.upperBound, at: Self.headerLength)
    }

    /// The longest tail of `wire` that the message has: where it begins in both.
    private func longestMatch(_ wire: [UInt8], in message: [UInt8]) -> (start: Int, offset: Int)? {
        var start = 0
        while wire[start] != 0 {
            if let offset = find(wire, start, in: message) { return (start, offset) }
            start += 1 + Int(wire[start])
        }
        return nil
    }

    private func find(_ wire: [UInt8], _ start: Int, in message: [UInt8]) -> Int? {
        let hash = hash(wire, start, wire.count)
        var slot = Int(hash) & (slots.count - 1)
        for _ in 0..<Self.probes {
            let entry = slots[slot]
            if entry == 0 { return nil }
            let offset = Int(entry & 0x3fff)
            if (entry ^ hash) >> Self.offsetBits == 0, isSame(wire, start, message, offset) {
                return offset
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Notes the tails of a name that begin before `end`, the whole being at `offset` of the message.
    private mutating func register(_ bytes: [UInt8], _ name: Range<Int>, upTo end: Int, at offset: Int) {
        var start = name.lowerBound
        while start < end, bytes[start] != 0 {
            let place = offset + start - name.lowerBound
            guard place < 1 << Self.offsetBits else { return }
            let hash = hash(bytes, start, name.upperBound)
            var slot = Int(hash) & (slots.count - 1)
            for _ in 0..<Self.probes {
                if slots[slot] == 0 {
                    slots[slot] = (hash >> Self.offsetBits) << Self.offsetBits | UInt32(place)
                    break
                }
                slot = (slot + 1) & (slots.count - 1)
            }
            start += 1 + Int(bytes[start])
        }
    }

    /// FNV-1a with the bits mixed again.
    private func hash(_ bytes: [UInt8], _ start: Int, _ end: Int) -> UInt32 {
        var hash: UInt32 = 0x811c_9dc5
        for index in start..<end { hash = (hash ^ UInt32(bytes[index])) &* 0x0100_0193 }
        return hash ^ (hash >> 15)
    }

    /// Compares with a name that this table wrote, through its pointers.
    private func isSame(_ wire: [UInt8], _ start: Int, _ message: [UInt8], _ offset: Int) -> Bool {
        var (index, cursor) = (start, offset)
        while index < wire.count {
            while message[cursor] >= 0xc0 { cursor = Int(message[cursor] & 0x3f) << 8 | Int(message[cursor + 1]) }
            let length = Int(wire[index])
            for step in 0...length where wire[index + step] != message[cursor + step] { return false }
            index += 1 + length
            cursor += 1 + length
        }
        return true
    }
}
