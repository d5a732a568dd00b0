// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState
internal import SystemPackage

/// Takes a network away: its endpoints, what it has in the kernel, its leases and its configuration.
struct NetworkRemoval {
    /// What becomes of containers that are attached.
    enum Attached {
        /// The network stays.
        case keep
        /// They go on without it.
        case detach
    }

    let file: NetworkFile
    let layout: StateLayout

    /// Removes the network, and keeps new attachments out from before it is looked at until it is gone.
    func run(_ attached: Attached) throws {
        // So that a refusal stands in the way of no ADD.
        if attached == .keep { try requireUnused() }
        do {
            try NetworkRemovalMark(of: file.name, layout).whileRemoving { try removeMarked(attached) }
        } catch LockedError<any Error>.state(let error) { throw error } catch LockedError<any Error>.body(let error) {
            throw error
        }
    }

    private func removeMarked(_ attached: Attached) throws {
        guard File.exists(file.path) else { throw Failure.noNetwork(file.name) }
        try waitForAttachments()
        if attached == .keep { try requireUnused() }
        try detachEndpoints()
        try Sandbox.detachAll(from: file.name, layout)
        try removeNetwork()
    }

    private func requireUnused() throws {
        let live = try EndpointView.all(layout).filter { $0.network == file.name && $0.condition != .gone }
        guard live.isEmpty else {
            let names = live.map(\.title).joined(separator: ", ")
            throw Failure("network \(file.name) is used by \(names): stop them, or detach them with --force")
        }
    }

    /// Lets every ADD that was faster than the mark come to its end: what is half made cannot be taken away. One that was
    /// killed is not waited for.
    private func waitForAttachments() throws {
        let store = EndpointStore(layout)
        // Whoever holds the lock may have looked for the mark before it was there.
        do throws(LockedError<StateError>) {
            try store.withExclusiveLock(of: file.name) { _ throws(StateError) in }
        } catch { throw error.flattened }
        for _ in 0..<Self.patience {
            let oldest = Timestamp.now().seconds - Self.longestAttachment
            let pending = try store.list(file.name).endpoints.contains { endpoint in
                endpoint.state == .attaching && endpoint.created.seconds >= oldest
            }
            guard pending else { return }
            pause(milliseconds: 20)
        }
    }

    /// Rounds of 20 ms.
    private static let patience = 500
    /// No ADD takes longer, in seconds.
    private static let longestAttachment: Int64 = 30

    /// All are tried; the first failure is thrown.
    private func detachEndpoints() throws {
        var firstFailure: CNIError?
        for record in try EndpointStore(layout).list(file.name).endpoints {
            do throws(CNIError) { try detach(record) } catch { firstFailure = firstFailure ?? error }
        }
        if let firstFailure { throw firstFailure }
    }

    /// DEL as a runtime would run it, without a result that only the runtime has.
    private func detach(_ record: EndpointRecord) throws(CNIError) {
        let chain = PluginChain(
            try NetworkList(file: file.path), path: PluginPath.current, environment: ProcessContext.environment)
        let sandbox = FilePath(record.sandbox)
        let ports = JSON.array(record.ports.map { .object($0.mapping) })
        try chain.delete(
            PluginChain.Attachment(
                record.attachment, netns: File.exists(sandbox) ? sandbox : nil,
                capabilities: record.ports.isEmpty ? [:] : ["portMappings": ports]),
            previous: nil)
    }

    /// Removes what the network has as a whole. No endpoint may be left.
    private func removeNetwork() throws {
        let state = try NetworkStateStore(layout).read(file.name)
        try removeFromKernel(bridge: state?.bridge ?? summary.bridge, subnets: state?.subnets ?? summary.subnets)
        try removeLeases()
        try Coexistence.forget(file.name)
        try NetworkStateStore(layout).remove(file.name)
        try NetworkRemovalMark(of: file.name, layout).record(goingFrom: file.path.removingLastComponent())
        // Last, so that after a failure the command can be repeated.
        try NetworkStore(layout).remove(file)
    }

    private var summary: NetworkSummary { NetworkSummary(file) }

    /// The last DEL has done this, unless something went wrong or the plugins are others'.
    private func removeFromKernel(bridge name: InterfaceName?, subnets: [IPPrefix]) throws {
        guard let name else { return }
        let others = try NetworkStore(layout).list().files.map(NetworkSummary.init).filter { $0.name != file.name }
        guard !others.contains(where: { $0.bridge == name }) else { return }
        var kernel = try RouteSocket()
        let bridge = try BridgeState(name, &kernel)
        guard summary.adoptsBridge || bridge?.ports.isEmpty ?? true else {
            let ports = bridge?.ports.joined(separator: ", ") ?? ""
            throw Failure("bridge \(name) still has \(ports): remove what is attached to it first")
        }
        var firewall = try FirewallSession(layout)
        // What another network has too stays.
        let used = try NetworkStateStore(layout).list()
        let own = subnets.filter { used.sharing(subnet: $0, with: file.name).isEmpty }
        try firewall.withdraw([NetworkFilter(bridge: name, subnets: own)], [])
        if let bridge, !summary.adoptsBridge { try kernel.deleteLink(bridge.link.index) }
    }

    private func removeLeases() throws(SystemError) {
        try Self.removeTree(layout.leaseDirectory.appending(file.name.text))
    }

    private static func removeTree(_ directory: FilePath) throws(SystemError) {
        for name in try File.list(directory) {
            do throws(SystemError) { try File.remove(directory.appending(name)) } catch {
                // Links are removed, not followed, so this stays below the directory.
                guard error.errno == .isDirectory else { throw error }
                try removeTree(directory.appending(name))
            }
        }
        try File.removeDirectoryIfEmpty(directory)
    }
}
