// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

/// What this host has already: a new network must keep clear of it.
struct HostAddressing {
    var prefixes: [UsedPrefix] = []
    var interfaces: Set<String> = []

    /// Reads the kernel, the name servers, and the networks in `listing`.
    init(_ listing: NetworkStore.Listing) throws {
        try readKernel()
        let servers = try File.readIfPresent("/etc/resolv.conf", limit: 1 << 20) ?? []
        prefixes += UsedPrefix.resolvers(in: String(decoding: servers, as: UTF8.self))
        for file in listing.files {
            prefixes += UsedPrefix.subnets(of: file.configuration, named: file.name.text)
            interfaces.formUnion(NetworkSummary(file).bridge.map { [$0.text] } ?? [])
        }
    }

    private mutating func readKernel() throws(NetlinkError) {
        var kernel = try RouteSocket()
        // Link-local and multicast routes are on every interface and mean nothing here; default routes mean everything.
        let multicast = IPPrefix("ff00::/8")
        for route in try kernel.routes(in: nil) where !route.isDefault && !route.destination.address.isLinkLocal {
            if let multicast, multicast.overlaps(route.destination) { continue }
            prefixes.append(UsedPrefix(route.destination, .route))
        }
        for address in try kernel.addresses() where !address.prefix.address.isLinkLocal {
            prefixes.append(UsedPrefix(address.prefix.network, .address))
        }
        interfaces.formUnion(try kernel.links().map(\.name.text))
    }
}
