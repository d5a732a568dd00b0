// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// What this host has already: a new network must keep clear of it.
struct HostAddressing {
    /// In the order in which they were found, each once.
    private(set) var prefixes: [UsedPrefix] = []
    private var known: Set<UsedPrefix> = []
    /// Links of the kernel.
    private(set) var links: [String: LinkKind?] = [:]
    /// Bridges of configured networks, whether they exist at the moment or not.
    private(set) var bridges: [InterfaceName: NetworkName] = [:]

    /// Reads the kernel, the name servers, and the networks in `listing`.
    ///
    /// - Parameter bridge: The host's bridge that the new network will use, whose addresses are no obstacle.
    init(_ listing: NetworkStore.Listing, butNot bridge: InterfaceName? = nil) throws {
        try readKernel(butNot: bridge)
        // The second has the servers that systemd-resolved asks, when the first names only itself.
        for path in ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"] as [FilePath] {
            let servers = try File.readIfPresent(path, limit: 1 << 20) ?? []
            add(UsedPrefix.resolvers(in: String(decoding: servers, as: UTF8.self)))
        }
        for file in listing.files {
            add(UsedPrefix.subnets(of: file.configuration, named: file.name.text))
            if let bridge = NetworkSummary(file).bridge { bridges[bridge] = file.name }
        }
    }

    var interfaces: Set<String> { Set(links.keys).union(bridges.keys.map(\.text)) }

    private mutating func readKernel(butNot bridge: InterfaceName?) throws(NetlinkError) {
        var kernel = try RouteSocket()
        let all = try kernel.links()
        for link in all { links[link.name.text] = link.kind }
        let excepted = all.first { $0.name == bridge }?.index
        // Link-local and multicast routes are on every interface and mean nothing here; default routes mean everything.
        let multicast = IPPrefix("ff00::/8")
        for route in try kernel.routes(in: nil) where !route.isDefault && !route.destination.address.isLinkLocal {
            if let multicast, multicast.overlaps(route.destination) { continue }
            // What the kernel derives from addresses, which come next.
            if route.table == .local, route.origin == .kernel { continue }
            if let excepted, route.interface == excepted { continue }
            add([UsedPrefix(route.destination, .route)])
        }
        for address in try kernel.addresses() where !address.prefix.address.isLinkLocal {
            if address.interface != excepted { add([UsedPrefix(address.prefix.network, .address)]) }
        }
    }

    private mutating func add(_ found: [UsedPrefix]) {
        for one in found where known.insert(one).inserted { prefixes.append(one) }
    }
}
