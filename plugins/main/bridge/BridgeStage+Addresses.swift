// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState

/// Addresses and routes: what the address plugin gave, and where it goes.
extension BridgeStage {
    /// Takes addresses and completes them: gateways, default routes, the interface's MAC.
    func obtainAddresses(_ attachment: Attachment) throws(CNIError) {
        guard let addresses else { return }
        var result = try addresses.obtain(attachment)
        for index in result.addresses.indices {
            result.addresses[index].interface = 2
            if configuration.isGateway, result.addresses[index].gateway == nil {
                result.addresses[index].gateway = result.addresses[index].prefix.first.advanced()
            }
        }
        if configuration.isDefaultGateway { appendDefaultRoutes(to: &result) }
        attachment.result.addresses = result.addresses
        attachment.result.routes = result.routes
        attachment.result.dns = dns.isEmpty ? result.dns : dns
        attachment.record.addresses = result.addresses.map(\.prefix)
        attachment.record.gateways = result.addresses.compactMap(\.gateway)
        if attachment.record.mac == nil, let first = result.addresses.first {
            // The same address on the same network keeps its MAC, so that no neighbour's cache goes stale.
            attachment.record.mac = StableHash(of: attachment.network.text, first.prefix.address.description).macAddress
        }
        if configuration.masquerade {
            attachment.plan(
                EndpointFilter(addresses: result.addresses.map(\.prefix.address), egress: .masquerade),
                for: Self.section)
            attachment.plan(
                NetworkFilter(bridge: configuration.bridge, subnets: result.addresses.map(\.prefix.network)),
                for: Self.section)
        }
    }

    /// One default route for each family that has a gateway and no default route of its own.
    private func appendDefaultRoutes(to result: inout CNIResult) {
        for family in IPFamily.allCases {
            let hasOne = result.routes.contains {
                $0.destination.family == family && $0.destination.length == 0 && $0.gateway != nil
            }
            let gateway = result.addresses.first { $0.prefix.family == family && $0.gateway != nil }?.gateway
            guard !hasOne, let gateway, let everything = IPPrefix(family == .ipv4 ? "0.0.0.0/0" : "::/0") else {
                continue
            }
            result.routes.append(CNIResult.Route(everything, gateway: gateway))
        }
    }

    /// The gateways with their prefixes, as the bridge gets them; none when the bridge is no gateway.
    func gateways(of attachment: Attachment) -> [IPPrefix] {
        guard configuration.isGateway else { return [] }
        return attachment.result.addresses.compactMap { entry in
            entry.gateway.flatMap { IPPrefix($0, length: entry.prefix.length) }
        }
    }

    /// Everything inside the sandbox in one send, since the kernel takes requests in order.
    func configureSandbox(_ sandbox: Sandbox, _ peer: InterfaceIndex, _ attachment: Attachment) throws(CNIError) {
        try sandbox.setIfPresent(settings(for: attachment))
        try asking { () throws(NetlinkError) in try sandbox.route.execute(interfaceBatch(peer, attachment)) }
        if configuration.duplicateAddressDetection { try awaitUniqueAddresses(sandbox, peer) }
    }

    /// Tells the neighbours where the addresses are now. Reading the host end first settles its carrier, without which the
    /// bridge would not forward the announcement.
    func announce(_ pair: VethPair, _ sandbox: Sandbox, _ attachment: Attachment) throws(CNIError) {
        guard !attachment.result.addresses.isEmpty, let mac = attachment.record.mac else { return }
        try asking { () throws(NetlinkError) in
            _ = try attachment.host.link(pair.host)
            try sandbox.route.announceAddresses(of: pair.peer, at: mac)
        }
    }

    /// Waits until duplicate address detection of IPv6, which takes a second or two, is over.
    private func awaitUniqueAddresses(_ sandbox: Sandbox, _ peer: InterfaceIndex) throws(CNIError) {
        for _ in 0..<Self.detectionPolls {
            let addresses = try asking { () throws(NetlinkError) in try sandbox.route.addresses(of: peer, .ipv6) }
            if let taken = addresses.first(where: { $0.flags.contains(.duplicate) }) {
                throw CNIError(.addressTaken, "address \(taken.prefix) is in use by somebody else on the network")
            }
            guard addresses.contains(where: { $0.flags.contains(.tentative) }) else { return }
            pause(milliseconds: 20)
        }
        throw CNIError(.tryAgainLater, "duplicate address detection did not end within 5 s")
    }

    private static var detectionPolls: Int { 250 }

    private func interfaceBatch(_ peer: InterfaceIndex, _ attachment: Attachment) -> RouteBatch {
        var batch = RouteBatch()
        let isAddressed = !attachment.result.addresses.isEmpty
        for entry in attachment.result.addresses {
            batch.addAddress(
                entry.prefix, to: peer, configuration.duplicateAddressDetection ? [] : .noDuplicateDetection)
        }
        if !configuration.disableContainerInterface || isAddressed { batch.setLink(peer, .up) }
        for route in attachment.result.routes {
            batch.appendRoute(Route(route, by: peer, gateways: attachment.result.addresses))
        }
        return batch
    }

    /// `arp_notify` and `ndisc_notify` let the kernel announce addresses when it is asked to.
    private func settings(for attachment: Attachment) -> [(key: Sysctl, value: String)] {
        let name = attachment.identity.interface
        let families = Set(attachment.result.addresses.map(\.prefix.family))
        var settings: [(key: Sysctl, value: String)] = []
        if families.contains(.ipv4) { settings.append((.interface(name, .ipv4, "arp_notify"), "1")) }
        if families.contains(.ipv6) {
            // The kernel keeps a node's own addresses on lo.
            if let loopback = InterfaceName("lo") {
                settings.append((.interface(loopback, .ipv6, "disable_ipv6"), "0"))
            }
            settings.append((.interface(name, .ipv6, "disable_ipv6"), "0"))
            settings.append((.interface(name, .ipv6, "keep_addr_on_down"), "1"))
            settings.append((.interface(name, .ipv6, "ndisc_notify"), "1"))
            settings.append(
                (.interface(name, .ipv6, "accept_dad"), configuration.duplicateAddressDetection ? "1" : "0"))
        }
        return settings
    }
}

extension Route {
    /// A route of a result: by its own gateway, else that of the first address of its family, else on the link.
    init(_ route: CNIResult.Route, by interface: InterfaceIndex, gateways: [CNIResult.Address]) {
        let family = route.destination.family
        let preset = gateways.first { $0.prefix.family == family && $0.gateway != nil }?.gateway
        self.init(
            to: route.destination.network, via: route.gateway ?? preset, interface: interface,
            scope: route.scope.map(RouteScope.init(rawValue:)),
            table: route.table.map(RouteTable.init(rawValue:)) ?? .main,
            metric: route.priority, mtu: route.mtu, advertisedMSS: route.advertisedMSS)
    }
}
