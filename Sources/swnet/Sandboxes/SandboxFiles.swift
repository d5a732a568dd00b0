// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import NetworkTypes

/// The files that tell a sandbox about names.
package enum SandboxFiles {
    /// hosts(5): this host, and the sandbox's own name at each of its addresses.
    package static func hosts(hostname: String, results: [CNIResult]) -> String {
        let own = results.flatMap(\.addresses).map { "\($0.prefix.address) \(hostname)\n" }
        return "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n" + own.joined()
    }

    /// resolv.conf(5); nil when no network brings a name server, and that of the host stays visible.
    package static func resolver(results: [CNIResult]) -> String? {
        let all = results.map(\.dns)
        let servers = all.flatMap(\.nameservers)
        guard !servers.isEmpty else { return nil }
        let search = all.flatMap(\.search).isEmpty ? all.compactMap(\.domain) : all.flatMap(\.search)
        let options = all.flatMap(\.options)
        return (search.isEmpty ? "" : "search \(search.joined(separator: " "))\n")
            + servers.map { "nameserver \($0)\n" }.joined()
            + (options.isEmpty ? "" : "options \(options.joined(separator: " "))\n")
    }
}
