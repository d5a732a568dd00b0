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
    let file: NetworkFile
    let layout: StateLayout

    /// Detaches every endpoint; what it belongs to goes on without this network.
    ///
    /// All are tried; the first failure is thrown.
    func detachEndpoints() throws {
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
    func removeNetwork() throws {
        let state = try NetworkStateStore(layout).read(file.name)
        try removeFromKernel(bridge: state?.bridge ?? summary.bridge, subnets: state?.subnets ?? summary.subnets)
        try removeLeases()
        try NetworkStateStore(layout).remove(file.name)
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
        guard bridge?.ports.isEmpty ?? true else {
            let ports = bridge?.ports.joined(separator: ", ") ?? ""
            throw Failure("bridge \(name) still has \(ports): remove what is attached to it first")
        }
        var firewall = try FirewallSession(layout)
        try firewall.withdraw([NetworkFilter(bridge: name, subnets: subnets)], [])
        if let bridge { try kernel.deleteLink(bridge.link.index) }
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
