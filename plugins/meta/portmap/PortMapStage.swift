// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
package import SwnetPipeline
package import SwnetState
internal import SystemPackage

/// Publishes ports of the sandbox on the host.
package struct PortMapStage: Stage {
    package static let section = "portmap"

    package let configuration: PortMapConfiguration
    package let ports: [PublishedPort]

    package init(_ configuration: PortMapConfiguration, ports: [PublishedPort]) {
        self.configuration = configuration
        self.ports = ports
    }

    package func prepare(_ attachment: Attachment) throws(CNIError) {
        let addresses = attachment.sandboxAddresses()
        guard !addresses.isEmpty else {
            throw CNIError(
                .invalidConfiguration,
                "no address of \(attachment.identity.interface) to publish ports for: chain portmap behind a plugin that gives one"
            )
        }
        attachment.record.ports = ports
        attachment.record[stage: Self.section] = [:]
        attachment.plan(
            EndpointFilter(
                addresses: addresses.map(\.address), published: ports,
                hairpin: configuration.sourceTranslation ? .masqueraded : .off,
                masqueradesAll: configuration.masqueradesAll,
                owner: "\(attachment.network)/\(attachment.identity.container)/\(attachment.identity.interface)"),
            for: Self.section)
        guard configuration.sourceTranslation, let bridge = try attachment.hostSide(of: addresses[0].address) else {
            return
        }
        attachment.plan(
            NetworkFilter(
                bridge: bridge, subnets: addresses.map(\.network),
                guardsLoopback: addresses.contains { $0.family == .ipv4 }, opensLoopback: true),
            for: Self.section)
    }

    package func add(to attachment: Attachment) throws(CNIError) {
        guard configuration.sourceTranslation else { return }
        let addresses = attachment.sandboxAddresses()
        guard let first = addresses.first, let bridge = try attachment.hostSide(of: first.address) else { return }
        for family in Set(addresses.map(\.family)) where ports.contains(where: { $0.reachesLoopback(of: family) }) {
            try LoopbackAccess.open(family, by: bridge, attachment)
        }
    }

    /// Flows that the kernel still tracks would go on to where the port led before. Only UDP has flows that outlive
    /// their sockets.
    package func settle(_ attachment: Attachment) {
        Self.forgetFlows(attachment)
        HostListeners.warn(about: ports, attachment)
    }

    package static func delete(from attachment: Attachment) throws(CNIError) {
        guard attachment.section(section) != nil else { return deleteUnrecorded(attachment) }
        forgetFlows(attachment)
        attachment.record.ports = []
    }

    /// Nothing was published, or another program did it.
    private static func deleteUnrecorded(_ attachment: Attachment) {
        guard let request = attachment.request else { return }
        // Ports that cannot be read are none: DEL succeeds whatever the configuration says.
        let ports = (try? PortMapping.read(request.configuration.runtimeConfiguration)) ?? []
        guard attachment.isUnknown || !ports.isEmpty else { return }
        ReferenceRules(for: attachment).removePublishedPorts()
    }

    package func check(_ attachment: Attachment) throws(CNIError) {
        guard attachment.section(Self.section) != nil else {
            throw CNIError(.drifted, "no published ports of \(attachment.identity) are recorded: run DEL, then ADD")
        }
    }

    private static func forgetFlows(_ attachment: Attachment) {
        let ports = attachment.record.ports.filter { $0.transport == .udp }
        guard !ports.isEmpty else { return }
        do throws(NetlinkError) {
            var conntrack = try ConntrackSocket()
            for port in ports { try conntrack.flush(.udp, originalDestinationPort: port.hostPort) }
        } catch { attachment.warn("flows of published UDP ports were not forgotten: \(error)") }
    }
}
