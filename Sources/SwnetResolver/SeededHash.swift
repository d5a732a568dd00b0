// SPDX-License-Identifier: Apache-2.0

/// SipHash-1-3, as the standard library's `Hasher`, but inline: a question costs three of them. Containers choose what they
/// ask for, so the key must not be known outside.
///
/// - SeeAlso: Aumasson and Bernstein, "SipHash: a fast short-input PRF".
struct SeededHash {
    struct Key: Sendable {
        fileprivate let words: (UInt64, UInt64)

        static func random() -> Key {
            var random = SystemRandomNumberGenerator()
            return Key(words: (random.next(), random.next()))
        }
    }

    private var state: (UInt64, UInt64, UInt64, UInt64)

    @inline(__always)
    init(_ key: Key) {
        state = (
            key.words.0 ^ 0x736f_6d65_7073_6575, key.words.1 ^ 0x646f_7261_6e64_6f6d,
            key.words.0 ^ 0x6c79_6765_6e65_7261, key.words.1 ^ 0x7465_6462_7974_6573
        )
    }

    @inline(__always)
    mutating func combine(_ word: UInt64) {
        state.3 ^= word
        round()
        state.0 ^= word
    }

    @inline(__always)
    consuming func finish() -> UInt32 {
        state.2 ^= 0xff
        for _ in 0..<3 { round() }
        return UInt32(truncatingIfNeeded: state.0 ^ state.1 ^ state.2 ^ state.3)
    }

    @inline(__always)
    private mutating func round() {
        state.0 &+= state.1
        state.1 = state.1.rotated(13) ^ state.0
        state.0 = state.0.rotated(32)
        state.2 &+= state.3
        state.3 = state.3.rotated(16) ^ state.2
        state.0 &+= state.3
        state.3 = state.3.rotated(21) ^ state.0
        state.2 &+= state.1
        state.1 = state.1.rotated(17) ^ state.2
        state.2 = state.2.rotated(32)
    }
}

extension UInt64 {
    /// To the left.
    @inline(__always)
    fileprivate func rotated(_ bits: UInt64) -> UInt64 { self &<< bits | self &>> (64 &- bits) }
}
