// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import SystemPackage

/// Reads tables of iptables as they were before nftables, of the calling thread's network namespace.
///
/// - SeeAlso: linux/netfilter_ipv4/ip_tables.h, `struct ipt_getinfo` and `struct ipt_get_entries`.
package enum LegacyTableReader {
    /// The table called `name`, as the kernel keeps it: where its hooks begin, where their policies are, and its entries.
    ///
    /// Call it only when the table is there (`/proc/net/ip_tables_names`): asking for a table makes it.
    package static func read(_ name: String, isIPv6: Bool) throws(SystemError) -> (hooks: [UInt8], entries: [UInt8]) {
        let operation = "read iptables table \(name)"
        let (domain, level) = isIPv6 ? (AF_INET6, Int32(IPPROTO_IPV6)) : (AF_INET, Int32(IPPROTO_IP))
        let raw = socket(domain, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), Int32(IPPROTO_RAW))
        guard raw >= 0 else { throw .last(operation) }
        let descriptor = OwnedDescriptor(adopting: raw)
        let title = Array(name.utf8.prefix(31)) + [UInt8](repeating: 0, count: 32 - min(31, name.utf8.count))
        // Name, hooks that are used, five places each of hooks and policies, number and size of the entries.
        let information = try ask(descriptor, level, getInformation, title, size: 32 + 13 * 4, operation)
        let size = information[80..<84].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard (1...maximumSize).contains(size) else { throw SystemError(operation, .messageTooLong) }
        // Name, size, padding to eight bytes, entries.
        let request = title + information[80..<84] + [0, 0, 0, 0]
        let content = try ask(descriptor, level, getEntries, request, size: 40 + size, operation)
        return (Array(information[36..<76]), Array(content[40...]))
    }

    /// `IPT_SO_GET_INFO`, `IPT_SO_GET_ENTRIES`; the numbers of IPv6 are the same.
    private static let getInformation: Int32 = 64
    private static let getEntries: Int32 = 65
    private static let maximumSize = 16 << 20

    private static func ask(
        _ descriptor: borrowing OwnedDescriptor, _ level: Int32, _ option: Int32, _ request: [UInt8], size: Int,
        _ operation: String
    ) throws(SystemError) -> [UInt8] {
        var buffer = request + [UInt8](repeating: 0, count: size - request.count)
        var length = socklen_t(size)
        let socket = descriptor.rawValue
        try check(operation) { unsafe getsockopt(socket, level, option, &buffer, &length) }
        guard Int(length) == size else { throw SystemError(operation, .resourceTemporarilyUnavailable) }
        return buffer
    }
}
