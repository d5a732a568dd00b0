// SPDX-License-Identifier: Apache-2.0
internal import SystemPackage

/// The kernel's random id of the current boot, which tells records of an earlier boot apart.
package enum BootIdentity {
    /// `/proc/sys/kernel/random/boot_id`: 36 characters.
    package static func current() throws(SystemError) -> String {
        let bytes = try File.read("/proc/sys/kernel/random/boot_id", limit: 64)
        return String(decoding: bytes.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
