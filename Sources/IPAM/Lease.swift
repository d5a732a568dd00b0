// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem
package import NetworkTypes

/// An address that is not free, as its file says.
package struct Lease: Hashable, Sendable {
    package let address: IPAddress
    /// Nil when the file's content names no container.
    package let holder: LeaseHolder?
    package let since: Timestamp
    /// Tells this file from one made later for the same owner and address.
    let identity: Identity

    struct Identity: Hashable, Sendable {
        let inode: UInt64
        let modified: Timestamp

        init(inode: UInt64, modified: Timestamp) {
            self.inode = inode
            self.modified = modified
        }

        init(_ status: FileStatus) { self.init(inode: status.inode, modified: status.modified) }
    }
}

/// The content of a lease file: `<container>\r\n<interface>`, or the container alone in very old ones.
enum LeaseContent: Hashable {
    case held(by: LeaseHolder)
    /// Nothing was written before the machine or the writer stopped; nobody holds the address.
    case torn
    /// Somebody reserved the address for a purpose of his own.
    case unknown

    init(_ bytes: [UInt8]) {
        // What reached the disk last may read back as NUL bytes after a power failure.
        let text = bytes.trimmingBlanks()
        guard !text.isEmpty, !text.allSatisfy({ $0 == 0 }) else {
            self = .torn
            return
        }
        let parts = text.split(separator: UInt8(ascii: "\r"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let container = ContainerID(String(decoding: parts[0], as: UTF8.self)) else {
            self = .unknown
            return
        }
        guard parts.count == 2 else {
            self = .held(by: LeaseHolder(container: container, interface: nil))
            return
        }
        guard parts[1].first == UInt8(ascii: "\n"),
            let interface = InterfaceName(String(decoding: parts[1].dropFirst(), as: UTF8.self))
        else {
            self = .unknown
            return
        }
        self = .held(by: LeaseHolder(container: container, interface: interface))
    }

    static func encode(_ attachment: AttachmentID) -> [UInt8] {
        Array("\(attachment.container)\r\n\(attachment.interface)".utf8)
    }
}

extension [UInt8] {
    /// Without ASCII white space at either end, as the reference compares contents.
    fileprivate func trimmingBlanks() -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0d).contains($0) }
        let start = firstIndex { !isBlank($0) } ?? endIndex
        let end = lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start
        return self[start..<end]
    }
}
