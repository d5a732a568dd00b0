// SPDX-License-Identifier: Apache-2.0

/// Turns text of any length into the name of a file, which the kernel limits to 255 bytes.
package enum BoundedFileName {
    /// `text` itself up to `limit` bytes, else its beginning, `~` and 32 hexadecimal digits of a 128-bit FNV-1a hash.
    ///
    /// `text` must be safe as a path component and free of `~`, so that no short name equals a hashed one. The hash is
    /// no defence against forged collisions: the file's content has to say whom it is about.
    package static func make(_ text: String, limit: Int = 200) -> String {
        guard text.utf8.count > limit else { return text }
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in text.utf8 {
            hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b
        }
        let digits = String(hash, radix: 16)
        let padding = String(repeating: "0", count: 32 - digits.utf8.count)
        let beginning = String(decoding: text.utf8.prefix(limit - 33), as: UTF8.self)
        return "\(beginning)~\(padding)\(digits)"
    }
}
