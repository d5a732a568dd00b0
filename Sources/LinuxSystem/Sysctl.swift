// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes
package import SystemPackage

/// A key under `/proc/sys/net`, read and written in the calling thread's network namespace.
package struct Sysctl: Hashable, Sendable {
    /// Relative to `/proc/sys`, with slashes: `net/ipv4/ip_forward`.
    package let key: String

    package init(_ key: String) { self.key = key }

    /// Whether the host routes packets of `family` between interfaces.
    package static func forwarding(_ family: IPFamily) -> Sysctl {
        switch family {
        case .ipv4: Sysctl("net/ipv4/ip_forward")
        case .ipv6: Sysctl("net/ipv6/conf/all/forwarding")
        }
    }

    /// A key of one interface: `net/ipv4/conf/<interface>/<name>`.
    package static func interface(_ interface: InterfaceName, _ family: IPFamily, _ name: String) -> Sysctl {
        Sysctl("net/\(family.rawValue)/conf/\(interface)/\(name)")
    }

    package var path: FilePath { FilePath("/proc/sys/" + key) }

    /// The value without its newline; nil when this kernel has no such key.
    package func read() throws(SystemError) -> String? {
        guard let bytes = try File.readIfPresent(path, limit: 65536) else { return nil }
        return String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }

    /// - Throws: `isNotFound` when this kernel has no such key.
    package func write(_ value: String) throws(SystemError) {
        try OwnedDescriptor(opening: path, .writeOnly).writeAll(Array(value.utf8), "\(path) = \(value)")
    }

    /// Writes unless this kernel has no such key.
    package func writeIfPresent(_ value: String) throws(SystemError) {
        do throws(SystemError) { try write(value) } catch {
            if !error.isNotFound { throw error }
        }
    }
}
