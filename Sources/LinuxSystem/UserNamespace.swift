// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import SystemPackage

/// Which users there are for this process. user_namespaces(7).
package struct UserNamespace: Hashable, Sendable {
    /// The number of user ids that are mapped.
    package let userCount: UInt64
    /// Whether every id is, to itself, which is so outside all namespaces that people and containers make.
    package let isInitial: Bool

    /// - Parameter map: The text of `/proc/<pid>/uid_map`: lines of first id, first id outside, and count.
    package init(map: String) {
        let rows = map.split(separator: "\n").map { line in line.split(separator: " ").compactMap { UInt64($0) } }
            .filter { $0.count == 3 }
        userCount = rows.reduce(0) { $0 + $1[2] }
        isInitial = rows == [[0, 0, UInt64(UInt32.max)]]
    }

    package static func current() throws(SystemError) -> UserNamespace {
        UserNamespace(map: String(decoding: try File.read("/proc/self/uid_map"), as: UTF8.self))
    }

    /// True for who is root of nothing but a namespace of a person's own, such as `unshare -Urn` makes: the system's
    /// directories are not theirs, or belong to a host whose network they have left.
    ///
    /// A container's root has a range of users, and directories of its own.
    package static func isPersonal() throws(SystemError) -> Bool {
        guard geteuid() == 0 else { return false }
        let namespace = try current()
        return !namespace.isInitial && (namespace.userCount < 1 << 16 || !File.canCreate(below: "/run"))
    }
}
