// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetState
internal import SystemPackage

extension HostGraph {
    /// Reads configurations, records and the kernel of this host.
    ///
    /// - Parameter names: The networks to show; empty for all.
    init(_ layout: StateLayout, showing names: [NetworkName]) throws {
        let kernel = try KernelLinks()
        self.init(host: try Sysctl("kernel/hostname").read() ?? "host", uplinks: kernel.uplinks)
        let listing = try NetworkStore(layout).list()
        for failure in listing.failures { Terminal.warn("\(failure)") }
        let recorded = try EndpointView.all(layout)
        let endpoints = recorded + ForeignAttachments.list(layout, besides: recorded)
        let records = try NetworkStateStore(layout).list()
        for failure in records.failures { Terminal.warn("\(failure)") }
        networks = listing.files.map { file in
            let record = records.networks.first { $0.network == file.name }
            var network = Network(file, record)
            network.isForeign = Self.isForeign(file, record, layout)
            return network
        }
        let configured = Set(listing.files.map(\.name))
        let lost = Set(endpoints.map(\.network) + records.networks.map(\.network)).subtracting(configured)
        networks += lost.sorted().map { name in Network(name, records.networks.first { $0.network == name }) }
        for name in names where !networks.contains(where: { $0.name == name.text }) { throw Failure.noNetwork(name) }
        if !names.isEmpty { networks.removeAll { network in !names.contains { $0.text == network.name } } }
        for index in networks.indices { complete(&networks[index], endpoints, kernel) }
        // What is ours first; inside, runtimes' own order.
        networks = networks.filter { !$0.isForeign } + networks.filter(\.isForeign)
    }

    /// Neither written by `swnet create` nor ever used by a plugin of ours.
    private static func isForeign(_ file: NetworkFile, _ record: NetworkRecord?, _ layout: StateLayout) -> Bool {
        if record != nil || NetworkSummary(file).types.contains("swnet") { return false }
        return file.path != layout.configuration(of: file.name, number: NetworkCreation.fileNumber)
    }

    private func complete(_ network: inout Network, _ views: [EndpointView], _ kernel: KernelLinks) {
        let views = views.filter { $0.network.text == network.name }
        network.endpoints = views.map(Endpoint.init).sorted { $0.name.isBefore($1.name) }
        guard let name = network.bridge?.name else { return }
        network.bridge = kernel.bridge(name)
        let known = Set(views.compactMap(\.hostInterface?.text))
        network.bridge?.otherPorts.removeAll { known.contains($0) }
    }
}

extension HostGraph.Network {
    fileprivate init(_ file: NetworkFile, _ record: NetworkRecord?) {
        let summary = NetworkSummary(file)
        self.init(name: file.name.text, types: summary.types)
        traits = NetworkTraits(file.configuration)
        subnets = summary.subnets
        bridge = (record?.bridge ?? summary.bridge).map { HostGraph.Bridge(name: $0.text, condition: .absent) }
    }

    /// What is still in use after its configuration was taken away.
    fileprivate init(_ name: NetworkName, _ record: NetworkRecord?) {
        self.init(name: name.text, types: [])
        subnets = record?.subnets ?? []
        bridge = record?.bridge.map { HostGraph.Bridge(name: $0.text, condition: .absent) }
    }
}

extension HostGraph.Endpoint {
    fileprivate init(_ view: EndpointView) {
        self.init(name: view.title, interface: view.attachment.interface.text, condition: view.condition)
        hostInterface = view.hostInterface?.text
        addresses = view.addresses.map(\.address)
        ports = PortRun.runs(of: view.ports)
    }
}

/// Everything that a drawing needs of the kernel, read once.
private struct KernelLinks {
    private let links: [Link]
    private let addresses: [InterfaceIndex: [IPPrefix]]
    private let defaultRoutes: [Route]

    init() throws(NetlinkError) {
        var kernel = try RouteSocket()
        links = try kernel.links()
        let all = try kernel.addresses().filter { !$0.prefix.address.isLinkLocal }
        addresses = Dictionary(grouping: all, by: \.interface).mapValues { $0.map(\.prefix) }
        defaultRoutes = try kernel.routes().filter { $0.isDefault && $0.type == .unicast }
    }

    /// The interfaces of default routes, in the order of the routes.
    var uplinks: [HostGraph.Uplink] {
        var uplinks: [HostGraph.Uplink] = []
        for route in defaultRoutes {
            let ways = [(route.gateway, route.interface)] + route.nextHops.map { ($0.gateway, $0.interface) }
            for (gateway, interface) in ways {
                guard let link = links.first(where: { $0.index == interface }) else { continue }
                let place = uplinks.firstIndex { $0.name == link.name.text } ?? uplinks.endIndex
                if place == uplinks.endIndex {
                    let own = addresses[link.index] ?? []
                    uplinks.append(HostGraph.Uplink(name: link.name.text, addresses: own, gateways: []))
                }
                if let gateway, !uplinks[place].gateways.contains(gateway) { uplinks[place].gateways.append(gateway) }
            }
        }
        return uplinks
    }

    func bridge(_ name: String) -> HostGraph.Bridge {
        guard let link = links.first(where: { $0.name.text == name }) else {
            return HostGraph.Bridge(name: name, condition: .absent)
        }
        var bridge = HostGraph.Bridge(name: name, condition: link.isUp ? .up : .down)
        bridge.addresses = addresses[link.index] ?? []
        bridge.mtu = link.mtu
        bridge.otherPorts = links.filter { $0.master == link.index }.map(\.name.text).sorted()
        return bridge
    }
}
