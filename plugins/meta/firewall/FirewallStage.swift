// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import Netlink
internal import NetworkTypes
package import SwnetPipeline
internal import SwnetState

/// Keeps other bridges, and on request the other containers of the same bridge, away from a container.
package struct FirewallStage: Stage {
    package static let section = "firewall"

    package let policy: FirewallConfiguration.IngressPolicy

    package init(_ policy: FirewallConfiguration.IngressPolicy) { self.policy = policy }

    package func prepare(_ attachment: Attachment) throws(CNIError) {
        guard let bridge = attachment.result.interfaces.first?.name, let name = InterfaceName(bridge) else {
            throw CNIError(
                .invalidConfiguration,
                "prevResult names no interface for ingressPolicy \"\(policy.rawValue)\": chain firewall behind bridge")
        }
        attachment.record[stage: Self.section] = ["ingressPolicy": .string(policy.rawValue)]
        attachment.plan(
            NetworkFilter(bridge: name, ingress: policy == .isolated ? .isolated : .sameBridge), for: Self.section)
    }

    /// Frames between ports of one bridge do not pass the IP filters unless br_netfilter is on; the port flag works always.
    package func add(to attachment: Attachment) throws(CNIError) {
        guard policy == .isolated, let port = hostEnd(of: attachment) else { return }
        try asking { () throws(NetlinkError) in
            guard let link = try attachment.host.linkIfPresent(named: port), link.master != nil else { return }
            try attachment.host.setBridgePort(link.index, BridgePort(isolated: true))
        }
    }

    /// The host end is the interface behind the bridge in the result.
    private func hostEnd(of attachment: Attachment) -> InterfaceName? {
        attachment.result.interfaces.dropFirst().first { ($0.sandbox ?? "").isEmpty }.flatMap { InterfaceName($0.name) }
    }

    /// The firewall's part is withdrawn by the pipeline, the port goes with its veth pair.
    package static func delete(from attachment: Attachment) throws(CNIError) {
        if attachment.isUnknown { ReferenceRules(for: attachment).removePermissions() }
    }

    package func check(_ attachment: Attachment) throws(CNIError) {}
}
