// SPDX-License-Identifier: Apache-2.0

/// SHA-256 of short texts: Podman makes the ids of CNI networks of their names so. FIPS 180-4 section 6.2.
package struct SHA256: Hashable, Sendable {
    private let words: [UInt32]

    package init(of text: String) {
        var message = Array(text.utf8)
        let bitCount = UInt64(message.count) * 8
        message.append(0x80)
        message += [UInt8](repeating: 0, count: (120 - message.count % 64) % 64)
        message += (0..<8).map { UInt8(truncatingIfNeeded: bitCount >> (56 - 8 * $0)) }
        // Both algorithms take their constants from the same roots, this one fewer bits of them.
        var state = sha2InitialState.map { UInt32($0 >> 32) }
        for start in stride(from: 0, to: message.count, by: 64) {
            compress(&state, message[start..<start + 64])
        }
        words = state
    }

    /// 64 lower-case hexadecimal digits.
    package var text: String {
        words.map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 8 - text.utf8.count) + text
        }.joined()
    }
}

private func compress(_ state: inout [UInt32], _ block: ArraySlice<UInt8>) {
    var schedule = stride(from: block.startIndex, to: block.endIndex, by: 4).map { start in
        block[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    for index in 16..<64 {
        let (early, late) = (schedule[index - 15], schedule[index - 2])
        let first = early.rotated(7) ^ early.rotated(18) ^ early >> 3
        let second = late.rotated(17) ^ late.rotated(19) ^ late >> 10
        schedule.append(schedule[index - 16] &+ first &+ schedule[index - 7] &+ second)
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
        let choice = e & f ^ ~e & g
        let constant = UInt32(sha2RoundConstants[index] >> 32)
        let first =
            h &+ (e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)) &+ choice &+ constant &+ schedule[index]
        let majority = a & b ^ a & c ^ b & c
        let second = (a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)) &+ majority
        (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
}

extension UInt32 {
    /// Rotated right.
    fileprivate func rotated(_ count: UInt32) -> UInt32 { self >> count | self << (32 - count) }
}
