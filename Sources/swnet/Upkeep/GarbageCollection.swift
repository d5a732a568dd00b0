// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import IPAM
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState
internal import SystemPackage

/// Removes what provably serves nobody any more, from the attachments down to single elements of the firewall.
struct GarbageCollection {
    let layout: StateLayout
    private(set) var log: UpkeepLog

    init(_ layout: StateLayout, _ mode: UpkeepLog.Mode) {
        self.layout = layout
        log = UpkeepLog(mode)
    }

    /// What of this fails is noted; the rest goes on.
    mutating func run() throws {
        try collectSandboxes()
        try collectConnections()
        try collectEndpoints()
        try collectLeases()
        let leftovers = LeftoverCollection(layout)
        try leftovers.collectNetworks(&log)
        try leftovers.collectElements(&log)
        try leftovers.collectPassages(&log)
    }

    private mutating func collectSandboxes() throws {
        let store = SandboxStore(layout)
        for record in try store.list().sandboxes where store.isAbandoned(record.id) {
            log.step(nil, "sandbox \(record.name)", is: "without its 'swnet run'", toBe: "removed") {
                () throws(CNIError) in try Self.takeDown(record, store)
            }
        }
    }

    private static func takeDown(_ record: SandboxRecord, _ store: SandboxStore) throws(CNIError) {
        try storing { () throws(StateError) in
            guard let supervised = try store.takeOver(record.id) else { return }
            Sandbox(supervised: supervised).takeDown()
            guard try store.read(record.id) == nil else {
                throw .system(SystemError("remove sandbox \(record.name)", .resourceBusy))
            }
        }
    }

    private mutating func collectConnections() throws {
        for record in try goneConnections() {
            let target = Target(record)
            let networks = record.attachments.map(\.network.text).joined(separator: ", ")
            log.step(
                nil, "container \(target.title), which 'swnet connect' attached to \(networks),", is: "gone",
                toBe: "detached"
            ) { () throws(CNIError) in
                do { try Connection(target: target, layout: layout).release() } catch {
                    throw CNIError(.internalError, "\(error)")
                }
            }
        }
    }

    private func goneConnections() throws -> [ConnectionRecord] {
        try ConnectionStore(layout).list().connections.filter(\.isGone)
    }

    private mutating func collectEndpoints() throws {
        let boot = try BootIdentity.current()
        let listing = try EndpointStore(layout).list()
        for failure in listing.failures { Terminal.warn("\(failure)") }
        let abandoned = abandonedSandboxes()
        let connected = try goneConnections()
        for record in listing.stale(in: boot)
        where !abandoned.contains(record.attachment.container) && !connected.contains(where: { $0.explains(record) }) {
            let title = record.name ?? String(record.attachment.container.text.prefix(12))
            log.step(
                record.network, "container \(title) on network \(record.network)", is: "gone", toBe: "detached"
            ) { () throws(CNIError) in try EndpointRemoval(record: record, layout: layout).remove() }
        }
    }

    /// While these are only planned to be removed, so are their endpoints.
    private func abandonedSandboxes() -> Set<ContainerID> {
        let store = SandboxStore(layout)
        // What cannot be listed was warned of when sandboxes were collected.
        let sandboxes = (try? store.list().sandboxes) ?? []
        return Set(sandboxes.map(\.id).filter { store.isAbandoned($0) })
    }

    private mutating func collectLeases() throws {
        let boot = try BootIdentity.current()
        for place in try LeasePlace.all(layout) {
            let endpoints = try EndpointStore(layout).list(place.network)
            // What cannot be read may be anybody's.
            guard endpoints.failures.isEmpty else { continue }
            let recorded = Set(endpoints.endpoints.map(\.attachment))
            let directory = LeaseDirectory(place.dataDirectory, network: place.network, boot: boot)
            let dead = try directory.withExclusiveLockIfPresent { leases throws(IPAMError) in
                try log.mode == .plan ? leases.dead(besides: recorded) : leases.collectDead(besides: recorded)
            }
            for address in dead ?? [] {
                log.step(
                    place.network, "address \(address) of network \(place.network)",
                    is: "leased to a container that is gone", toBe: "given back"
                ) { () throws(CNIError) in }
            }
        }
    }
}

/// Where leases of a network may be.
private struct LeasePlace: Hashable {
    let dataDirectory: FilePath
    let network: NetworkName

    /// The default directory of every network that has one, and what configurations name.
    static func all(_ layout: StateLayout) throws -> [LeasePlace] {
        let preset = try File.list(layout.leaseDirectory).compactMap { NetworkName($0) }
            .map { LeasePlace(dataDirectory: layout.leaseDirectory, network: $0) }
        let named = try NetworkStore(layout).list().files.flatMap { file in
            directories(in: .object(file.configuration)).map { LeasePlace(dataDirectory: $0, network: file.name) }
        }
        return Set(preset + named).sorted {
            ($0.network, $0.dataDirectory.string) < ($1.network, $1.dataDirectory.string)
        }
    }

    private static func directories(in value: JSON) -> [FilePath] {
        switch value {
        case .object(let object):
            object.flatMap { member in
                if member.key.lowercased() == "datadir", let text = member.value.stringValue, !text.isEmpty {
                    return [FilePath(text)]
                }
                return directories(in: member.value)
            }
        case .array(let elements): elements.flatMap { directories(in: $0) }
        default: []
        }
    }
}
