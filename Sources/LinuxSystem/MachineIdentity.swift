// SPDX-License-Identifier: Apache-2.0
internal import SystemPackage

/// The id of this installation, the same after every boot. machine-id(5).
package enum MachineIdentity {
    /// 32 hexadecimal digits, which are nobody else's business: what is published must be a hash of them. Nil where no id
    /// was given yet.
    package static func current() throws(SystemError) -> String? {
        for path in ["/etc/machine-id", "/var/lib/dbus/machine-id"] as [FilePath] {
            guard let bytes = try File.readIfPresent(path, limit: 4096) else { continue }
            let digits = bytes.prefix { $0 != UInt8(ascii: "\n") }
            let isHexadecimal = digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
            if digits.count == 32, isHexadecimal { return String(decoding: digits, as: UTF8.self) }
        }
        return nil
    }
}
