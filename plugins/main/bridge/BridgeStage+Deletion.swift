// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
package import SwnetPipeline
internal import SwnetState

extension BridgeStage {
    /// Link first, then leases: an address must not be handed out while an interface still has it.
    package static func delete(from attachment: Attachment) throws(CNIError) {
        if let section = attachment.section(Self.section).flatMap(BridgeSection.init(_:)) {
            try deleteLink(section.hostInterface, attachment)
            try section.portGuard?.withdraw()
            if section.createsBridge, attachment.record.state == .attaching {
                try locked { () throws(LockedError<CNIError>) in
                    try attachment.layout.withBridgeLock(of: section.bridge) { () throws(CNIError) in
                        try HostBridge.removeIfUnused(section.bridge, &attachment.host)
                    }
                }
            }
        } else {
            try deleteUnrecorded(attachment)
        }
    }

    private static func deleteLink(_ name: InterfaceName, _ attachment: Attachment) throws(CNIError) {
        try asking { () throws(NetlinkError) in
            do throws(NetlinkError) { try attachment.host.deleteLink(named: name) } catch {
                if !error.isNotFound { throw error }
            }
        }
    }

    /// The attachment was made by another program, or the record is lost: the interface in the sandbox is what is known.
    private static func deleteUnrecorded(_ attachment: Attachment) throws(CNIError) {
        if attachment.isUnknown { ReferenceRules(for: attachment).removeMasquerading() }
        guard let sandbox = attachment.sandbox, attachment.request != nil else { return }
        try asking { () throws(NetlinkError) in
            guard let link = try sandbox.route.linkIfPresent(named: attachment.identity.interface), link.kind == .veth
            else { return }
            do throws(NetlinkError) { try sandbox.route.deleteLink(link.index) } catch {
                if !error.isNotFound { throw error }
            }
        }
    }
}
