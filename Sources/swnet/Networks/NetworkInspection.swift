// SPDX-License-Identifier: Apache-2.0
internal import IPAM
package import JSON
internal import LinuxSystem
internal import NFTables
internal import Netlink
package import NetworkTypes
internal import SwnetPipeline
internal import SwnetState
internal import SystemPackage

/// Everything about one network: what is configured, what the kernel has of it, who uses it, and what swnet changed on
/// the host for it.
package struct NetworkInspection {
    /// An address that somebody has, or had when nobody gave it back.
    package struct LeasedAddress: Hashable, Sendable {
        package let address: IPAddress
        /// Nil when another program leased it and does not say to whom.
        package let container: ContainerID?
        package let interface: InterfaceName?

        package init(address: IPAddress, container: ContainerID?, interface: InterfaceName?) {
            self.address = address
            self.container = container
            self.interface = interface
        }
    }

    /// A kernel setting of the whole host, and what it was.
    package struct Setting: Hashable, Sendable {
        package let key: String
        package let previous: String
        /// Nil when the kernel has it no more.
        package let current: String?

        package init(key: String, previous: String, current: String?) {
            self.key = key
            self.previous = previous
            self.current = current
        }
    }

    package var network: NetworkSummary
    /// Nil for a network that has none.
    package var configuration: JSONObject?
    package var bridge: BridgeState?
    package var endpoints: [EndpointView] = []
    package var leases: [LeasedAddress] = []
    package var addresses: [AddressUse] = []
    package var settings: [Setting] = []
    /// What the firewall holds for the network, as commands of nft(8).
    package var firewall: [String] = []
    /// What of it is missing; nil when all is there, or who asks may not look.
    package var drift: String?

    package init(_ network: NetworkSummary) { self.network = network }
}

extension NetworkInspection {
    /// Reads state and kernel. What takes privileges that the caller lacks is left out, with a warning.
    init(_ network: NetworkSummary, _ file: NetworkFile?, _ layout: StateLayout) throws {
        self.init(network)
        configuration = file?.configuration
        endpoints = try EndpointView.all(layout).filter { $0.network == network.name }
        guard let file else { return }
        let state = try Self.unlessCorrupt { () throws(StateError) in try NetworkStateStore(layout).read(network.name) }
        var kernel = try RouteSocket()
        bridge = try (state?.bridge ?? network.bridge).flatMap { name throws(NetlinkError) in
            try BridgeState(name, &kernel)
        }
        try readLeases(file, layout)
        addresses = AddressUse.all(of: file.configuration, leased: leases.map(\.address))
        try readFirewall(state, layout)
        guard !network.isInternal, network.origin != .other || !endpoints.isEmpty else { return }
        let changes = try Self.unlessCorrupt { () throws(StateError) in try HostSettings(layout).changes() }
        settings = try (changes ?? []).map { change in
            Setting(key: change.key, previous: change.previous, current: try Sysctl(change.key).read())
        }
    }

    /// What cannot be read is warned of, and hides nothing else.
    private static func unlessCorrupt<Record>(_ read: () throws(StateError) -> Record?) throws(StateError) -> Record? {
        do throws(StateError) { return try read() } catch {
            guard error.isCorrupt else { throw error }
            Terminal.warn("\(error)")
            return nil
        }
    }

    private mutating func readLeases(_ file: NetworkFile, _ layout: StateLayout) throws {
        let plugins = (file.configuration["plugins"]?.arrayValue ?? []).compactMap(\.objectValue)
        let own = plugins.lazy.compactMap { plugin in
            (plugin["dataDir"] ?? plugin["ipam"]?.objectValue?["dataDir"])?.stringValue
        }.first { !$0.isEmpty }
        let store = LeaseDirectory(
            own.map { FilePath($0) } ?? layout.leaseDirectory, network: file.name, boot: try BootIdentity.current())
        leases = try store.list().map { lease in
            LeasedAddress(
                address: lease.address, container: lease.holder?.container, interface: lease.holder?.interface)
        }
    }

    private mutating func readFirewall(_ state: NetworkRecord?, _ layout: StateLayout) throws {
        let networks = state?.networkFilters ?? []
        let recorded = try EndpointStore(layout).list(network.name).endpoints.flatMap(\.endpointFilters)
        let transaction = Firewall.installation(networks, recorded)
        firewall = transaction.description.split(separator: "\n").map { line in
            line.hasPrefix("create ") ? "add " + line.dropFirst("create ".count) : String(line)
        }
        guard !transaction.isEmpty else { return }
        do throws(FirewallError) {
            var session = try FirewallSession(layout)
            drift = try session.drift(from: networks, recorded)
        } catch { Terminal.warn("the firewall was not looked at: \(error)") }
    }

    /// Addresses that are leased to nobody who is attached.
    package var strayLeases: [LeasedAddress] {
        let attached = Set(endpoints.map(\.attachment.container))
        return leases.filter { lease in lease.container.map { !attached.contains($0) } ?? false }
    }
}

extension NetworkInspection {
    /// Keys are interface of the program.
    package var json: JSONObject {
        var object = network.json(endpoints: endpoints.count)
        object["configuration"] = configuration.map { .object($0) } ?? .null
        object["bridgeState"] = bridge?.json ?? .null
        object["addresses"] = .array(addresses.map(\.json))
        object["leases"] = .array(leases.map(\.json))
        object["endpoints"] = .array(endpoints.map(\.json))
        object["sysctls"] = .array(
            settings.map { setting in
                [
                    "key": .string(setting.key), "previous": .string(setting.previous),
                    "current": setting.current.map { .string($0) } ?? .null,
                ]
            })
        object["firewall"] = .array(firewall.map { .string($0) })
        object["drift"] = drift.map { .string($0) } ?? .null
        return object
    }
}

extension NetworkInspection.LeasedAddress {
    fileprivate var json: JSON {
        [
            "address": .string(address.description), "container": container.map { .string($0.text) } ?? .null,
            "interface": interface.map { .string($0.text) } ?? .null,
        ]
    }
}
