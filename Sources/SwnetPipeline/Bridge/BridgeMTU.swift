// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import Netlink
internal import NetworkTypes

/// The MTU of a bridge that is made. Veth pairs follow the bridge that is there.
package enum BridgeMTU: Equatable, Sendable {
    /// 1500.
    case kernel
    /// That of the interface with the default route, so that nothing on the way out is larger than it can carry.
    case uplink
    case bytes(UInt32)

    /// The MTU if it does not depend on anything else.
    package var fixed: UInt32? { if case .bytes(let bytes) = self { bytes } else { nil } }

    /// Bytes; nil leaves it to the kernel.
    func bytes(_ attachment: Attachment) throws(CNIError) -> UInt32? {
        guard self == .uplink else { return fixed }
        // Addresses of documentation (RFC 5737, RFC 9637): no route but the default one leads there.
        for destination in ["203.0.113.1", "3fff::1"].compactMap({ IPAddress($0) }) {
            // No route of this family is an answer as well.
            guard let route = try? attachment.host.route(to: destination), let uplink = route.interface else {
                continue
            }
            let link = try asking { () throws(NetlinkError) in try attachment.host.link(uplink) }
            if !link.flags.contains(.loopback) { return link.mtu }
        }
        return nil
    }
}
