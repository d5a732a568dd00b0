// SPDX-License-Identifier: Apache-2.0
internal import IPAM
internal import JSON
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
package import SwnetState
internal import SystemPackage

extension HostFacts {
    /// Reads everything, in the calling thread's network namespace. What cannot be read is an obstacle, not a failure.
    package static func gathered(_ layout: StateLayout) -> HostFacts {
        var facts = HostFacts()
        // An attachment that comes or goes between two readings would look like drift.
        for _ in 0..<attempts {
            facts = HostFacts()
            facts.readAll(layout)
            var later = HostFacts()
            later.attempt(.state) { facts throws in try facts.readState(layout) }
            if later.recordedAttachments == facts.recordedAttachments { break }
        }
        return facts
    }

    private static var attempts: Int { 3 }

    private var recordedAttachments: Set<[String]> {
        Set(
            networks.flatMap { network in
                network.endpoints.map {
                    [network.name.text, $0.record.attachment.description, $0.record.state.rawValue]
                }
            })
    }

    private mutating func readAll(_ layout: StateLayout) {
        attempt(.state) { facts throws in try facts.readState(layout) }
        attempt(.interfaces) { facts throws in try facts.readInterfaces() }
        attempt(.settings) { facts throws in try facts.readSettings() }
        attempt(.firewall) { facts throws in try facts.readFirewall(layout) }
        attempt(.leases) { facts throws in try facts.readLeases(layout) }
        attempt(.listeners) { facts throws in try facts.readNameServers() }
        attempt(.features) { facts throws in try facts.probeFeatures() }
        attempt(.resolver) { facts throws in try facts.askResolver(layout) }
    }

    private mutating func attempt(_ source: Source, _ read: (inout HostFacts) throws -> Void) {
        do { try read(&self) } catch {
            obstacles[source] = "\(error)"
            if Failure.isForbidden(error) { forbidden.insert(source) }
        }
    }

    private mutating func readState(_ layout: StateLayout) throws {
        let boot = try BootIdentity.current()
        let configured = try NetworkStore(layout).list()
        let records = try NetworkStateStore(layout).list()
        let endpoints = try EndpointStore(layout).list()
        unreadable = configured.failures + records.failures + endpoints.failures
        networks = configured.files.map { NetworkFacts($0) }
        for name in Set(records.networks.map(\.network) + endpoints.endpoints.map(\.network)).sorted()
        where !networks.contains(where: { $0.name == name }) {
            networks.append(NetworkFacts(name))
        }
        for index in networks.indices {
            let name = networks[index].name
            networks[index].record = records.networks.first { $0.network == name }
            networks[index].endpoints = endpoints.endpoints.filter { $0.network == name }
                .map { EndpointFacts($0, boot: boot) }
        }
        let store = SandboxStore(layout)
        abandonedSandboxes = try store.list().sandboxes.filter { store.isAbandoned($0.id) }.map(\.name)
    }

    private mutating func readLeases(_ layout: StateLayout) throws {
        let boot = try BootIdentity.current()
        for network in networks {
            let recorded = Set(network.endpoints.map(\.record.attachment))
            let leases = LeaseDirectory(network.leaseDirectory(layout), network: network.name, boot: boot)
            let abandoned = try leases.abandoned(besides: recorded)
            if !abandoned.isEmpty { abandonedLeases[network.name] = abandoned }
        }
    }

    private mutating func askResolver(_ layout: StateLayout) throws {
        guard networks.contains(where: \.hasNames) else { return }
        do throws(SystemError) {
            resolver = try NameService(layout).status().map { .running($0) } ?? .absent
        } catch {
            // Who may not connect has to be root; anything else tells of the resolver.
            if Failure.isForbidden(error) { throw error }
            resolver = .failed("\(error)")
        }
    }
}

extension NetworkFacts {
    /// Whether the resolver has names to answer for it.
    package var hasNames: Bool { record?.resolver != nil && living.contains { $0.record.hasNames } }

    /// The store that the configuration names, else that of all networks.
    fileprivate func leaseDirectory(_ layout: StateLayout) -> FilePath {
        let named = plugins.lazy.compactMap { plugin in
            plugin["dataDir"]?.stringValue ?? plugin["ipam"]?.objectValue?["dataDir"]?.stringValue
        }.first { !$0.isEmpty }
        return named.map { FilePath($0) } ?? layout.leaseDirectory
    }
}

extension EndpointFacts {
    fileprivate init(_ record: EndpointRecord, boot: String) {
        let isOfEarlierBoot = record.boot != boot
        let condition: Condition =
            isOfEarlierBoot ? .ofEarlierBoot : record.isStale(in: boot) ? .withoutSandbox : .living
        self.init(record, condition, inside: condition == .living ? Self.interface(of: record) : nil)
    }

    /// A sandbox that ends meanwhile, or is out of reach, shows nothing.
    private static func interface(of record: EndpointRecord) -> LinkFacts? {
        guard let namespace = try? NetworkNamespace(path: FilePath(record.sandbox)),
            var kernel = try? RouteSocket(in: namespace),
            let link = try? kernel.linkIfPresent(named: record.attachment.interface)
        else { return nil }
        return LinkFacts(link)
    }
}
