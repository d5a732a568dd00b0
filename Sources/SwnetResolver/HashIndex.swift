// SPDX-License-Identifier: Apache-2.0

/// Numbers found by a hash, in one array without a pointer in it.
///
/// Whoever looks something up tells whether it is the wanted thing, since different things may have one hash. The hashes
/// must be seeded: slots are taken in a row, and a row that somebody could make long would cost everybody.
struct HashIndex: Sendable {
    /// A hash above a number that is one more than the caller's; zero is nothing.
    private var slots: [UInt64] = []
    private(set) var count = 0

    /// The number under `hash` that is wanted.
    @inline(__always)
    func first(_ hash: UInt32, where isWanted: (Int) -> Bool) -> Int? {
        guard !slots.isEmpty else { return nil }
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            if UInt32(slots[slot] >> 32) == hash {
                let number = Int(slots[slot] & 0xffff_ffff) - 1
                if isWanted(number) { return number }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    mutating func insert(_ number: Int, at hash: UInt32) {
        // At least a quarter is free, so that rows stay short.
        if (count + 1) * 4 > slots.count * 3 { grow() }
        place(Self.entry(number, hash))
        count += 1
    }

    /// Puts `other` into the place of `number`.
    mutating func replace(_ number: Int, at hash: UInt32, with other: Int) {
        if let slot = slot(of: number, hash) { slots[slot] = Self.entry(other, hash) }
    }

    mutating func remove(_ number: Int, at hash: UInt32) {
        guard var free = slot(of: number, hash) else { return }
        let mask = slots.count - 1
        var slot = free
        // What would no longer be found behind the hole moves into it.
        while true {
            slot = (slot + 1) & mask
            guard slots[slot] != 0 else { break }
            let home = Int(slots[slot] >> 32) & mask
            if (slot - home) & mask >= (slot - free) & mask {
                slots[free] = slots[slot]
                free = slot
            }
        }
        slots[free] = 0
        count -= 1
    }

    private static func entry(_ number: Int, _ hash: UInt32) -> UInt64 {
        UInt64(hash) << 32 | UInt64(truncatingIfNeeded: number + 1) & 0xffff_ffff
    }

    private func slot(of number: Int, _ hash: UInt32) -> Int? {
        guard !slots.isEmpty else { return nil }
        let entry = Self.entry(number, hash)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != entry {
            if slots[slot] == 0 { return nil }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private mutating func place(_ entry: UInt64) {
        var slot = Int(entry >> 32) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = entry
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: max(16, old.count * 2))
        for entry in old where entry != 0 { place(entry) }
    }
}
