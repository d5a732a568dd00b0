// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import SystemPackage

/// News of what happens in directories. inotify(7).
package struct Inotify: ~Copyable {
    /// What is told of a directory: entries made, moved, written and removed, and the end of the directory itself.
    private static let mask = UInt32(
        IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF
            | IN_ONLYDIR)

    package struct Event: Sendable {
        /// Of the directory; -1 when events were lost.
        package let watch: Int32
        /// The entry's; empty for the directory itself.
        package let name: String
        /// The watch is over: the directory is gone, or is another one now.
        package let isEnd: Bool

        package var hasLostOthers: Bool { watch < 0 }
    }

    package let descriptor: OwnedDescriptor

    package init() throws(SystemError) {
        descriptor = OwnedDescriptor(
            adopting: try check("watch directories") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) })
    }

    /// Watches a directory. The same directory again gets the same number.
    ///
    /// - Throws: `isNotFound` when there is none.
    package borrowing func watch(_ directory: FilePath) throws(SystemError) -> Int32 {
        let raw = descriptor.rawValue
        return try check("watch \(directory)") {
            unsafe directory.withPlatformString { unsafe inotify_add_watch(raw, $0, Self.mask) }
        }
    }

    package borrowing func unwatch(_ watch: Int32) { inotify_rm_watch(descriptor.rawValue, watch) }

    /// Everything that has happened so far; does not wait.
    package borrowing func takeEvents() throws(SystemError) -> [Event] {
        var events: [Event] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while events.count < 65536 {
            let count = unsafe read(descriptor.rawValue, &buffer, buffer.count)
            if count < 0 {
                if Glibc.errno == EINTR { continue }
                if Glibc.errno == EAGAIN { break }
                throw .last("read news of directories")
            }
            decode(buffer[..<count], into: &events)
        }
        return events
    }

    private borrowing func decode(_ bytes: ArraySlice<UInt8>, into events: inout [Event]) {
        let headerLength = MemoryLayout<inotify_event>.size
        var offset = 0
        while offset + headerLength <= bytes.count {
            // The kernel writes whole events; the header has its length in the last word.
            let header = unsafe bytes.withUnsafeBytes {
                unsafe $0.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            }
            let start = offset + headerLength
            let end = min(start + Int(header.len), bytes.count)
            let name = String(decoding: bytes[start..<end].prefix { $0 != 0 }, as: UTF8.self)
            let over = header.mask & UInt32(IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT) != 0
            let isLost = header.mask & UInt32(IN_Q_OVERFLOW) != 0
            events.append(Event(watch: isLost ? -1 : header.wd, name: name, isEnd: over))
            offset = end
        }
    }
}
