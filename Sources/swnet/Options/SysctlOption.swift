// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
package import LinuxSystem

/// A kernel setting of the sandbox, as `--sysctl` says it: `net.ipv4.ip_forward=1`.
package struct SysctlOption: Hashable, Sendable {
    package let key: Sysctl
    package let value: String

    /// Nil unless it is a key of the network, which is all that a sandbox has of its own.
    package init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        // As sysctl(8): whichever of both separators comes first is the separator, and the other one is part of a name.
        let separator = parts[0].first { $0 == "." || $0 == "/" } ?? "/"
        let names = parts[0].split(separator: separator, omittingEmptySubsequences: false).map { name in
            String(name.map { $0 == "/" && separator == "." ? "." : $0 })
        }
        guard names.count > 2, names[0] == "net", !names.contains(where: { ["", ".", ".."].contains($0) }) else {
            return nil
        }
        key = Sysctl(names.joined(separator: "/"))
        value = String(parts[1])
    }
}

extension SysctlOption: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
