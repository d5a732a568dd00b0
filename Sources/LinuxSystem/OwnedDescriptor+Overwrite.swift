// SPDX-License-Identifier: Apache-2.0
internal import Glibc

extension OwnedDescriptor {
    /// Replaces the content of a small file that was `previousCount` bytes long, without emptying it first.
    ///
    /// An emptied file makes ext4 start writing to the disk when it is closed (`auto_da_alloc`), which costs more than
    /// all the rest of an ADD. Whoever reads must hold the same lock as the writer.
    package borrowing func overwrite(_ bytes: [UInt8], previousCount: Int, _ name: String) throws(SystemError) {
        let raw = rawValue
        try check("seek in \(name)") { Int32(truncatingIfNeeded: lseek(raw, 0, SEEK_SET)) }
        try writeAll(bytes, name)
        guard bytes.count < previousCount else { return }
        try check("shorten \(name)") { ftruncate(raw, bytes.count) }
    }
}
