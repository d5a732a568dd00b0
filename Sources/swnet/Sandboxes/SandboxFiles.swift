// SPDX-License-Identifier: Apache-2.0
package import CNI
package import IPAM
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
package import SwnetState
internal import SystemPackage

/// The files that tell a sandbox about names.
package enum SandboxFiles {
    /// hosts(5): this host, and the sandbox's own name at each of its addresses.
    package static func hosts(hostname: String, results: [CNIResult]) -> String {
        let own = results.flatMap(\.addresses).map { "\($0.prefix.address) \(hostname)\n" }
        return "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n" + own.joined()
    }

    /// resolv.conf(5): what the person asked for, else what the networks bring, else the host's.
    ///
    /// - Parameter host: Servers that can be reached from elsewhere than the host.
    package static func resolver(
        _ wanted: SandboxRecord.Resolver, results: [CNIResult], host: ResolvConf
    ) -> String {
        let all = results.map(\.dns).filter { !$0.nameservers.isEmpty }
        let isHosts = all.isEmpty
        let domains = all.flatMap { $0.search.isEmpty ? ($0.domain.isEmpty ? [] : [$0.domain]) : $0.search }
        let hostSearch = host.search.isEmpty ? host.domain.map { [$0] } ?? [] : host.search
        let servers = first(wanted.nameservers, isHosts ? host.nameservers : all.flatMap(\.nameservers))
        let search = first(wanted.search, isHosts ? hostSearch : domains)
        let options = first(wanted.options, isHosts ? host.options : all.flatMap(\.options))
        return (search.isEmpty ? "" : "search \(search.joined(separator: " "))\n")
            + servers.map { "nameserver \($0)\n" }.joined()
            + (options.isEmpty ? "" : "options \(options.joined(separator: " "))\n")
    }

    /// The first list that is not empty, without repetitions.
    private static func first(_ lists: [String]...) -> [String] {
        var seen: Set<String> = []
        return (lists.first { !$0.isEmpty } ?? []).filter { seen.insert($0).inserted }
    }

    /// Of several files of the host the first that names a server which a sandbox can reach, with those servers alone.
    package static func reachable(_ files: [ResolvConf]) -> ResolvConf {
        let reduced = files.map { file in
            var file = file
            file.nameservers.removeAll { server in
                // One of link scope has a zone, which means an interface of the host.
                guard let address = IPAddress(server) else { return true }
                return address.isLoopback || address.isUnspecified
            }
            return file
        }
        return reduced.first { !$0.nameservers.isEmpty } ?? reduced.first ?? ResolvConf([])
    }
}

extension SandboxFiles {
    /// Where the host's servers are named: the usual place, and where systemd-resolved keeps them when that names it.
    private static let hostFiles: [FilePath] = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"]

    /// Writes both files, in place, because the sandbox has them mounted.
    static func write(for record: SandboxRecord, _ layout: StateLayout) throws {
        let results = try record.attachments.compactMap(\.result).map { result in
            try CNIResult(decoding: result, assuming: .newest)
        }
        let hosts = hosts(hostname: record.hostname, results: results)
        try File.writeInPlace(Array(hosts.utf8), to: layout.sandbox(record.id, .hosts))
        // A host without such a file has no server to name.
        let host = reachable(hostFiles.compactMap { try? ResolvConf(reading: $0) })
        let resolver = resolver(record.resolver, results: results, host: host)
        try File.writeInPlace(Array(resolver.utf8), to: layout.sandbox(record.id, .resolver))
    }
}
