// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import LinuxSystem
internal import SwnetPipeline
internal import SystemPackage

/// Which sysctls an administrator lets networks set: `/etc/cni/tuning/allowlist.conf`, an expression on each line.
enum SysctlAllowlist {
    /// Throws when the list exists and no line of it matches `key` somewhere, as in the reference plugin.
    static func check(_ keys: [String], in file: FilePath) throws(CNIError) {
        guard !keys.isEmpty,
            let content = try calling({ () throws(SystemError) in try File.readIfPresent(file, limit: 1 << 20) })
        else { return }
        let lines = content.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        let expressions = lines.filter { !$0.isEmpty }.compactMap { ExtendedRegularExpression($0) }
        for key in keys where !expressions.contains(where: { $0.matches(key) }) {
            throw CNIError(
                .invalidConfiguration, "sysctl \(key) is not allowed: \(file) lists what is",
                details: lines.joined(separator: " "))
        }
    }
}
