// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import Netlink
package import NetworkTypes
internal import SwnetState
internal import SystemPackage

extension Attachment {
    /// The first address of each family that the result gives the sandbox's interface.
    ///
    /// An address that points to no interface counts: IPAM results and some runtimes leave the index out.
    package func sandboxAddresses() -> [IPPrefix] {
        IPFamily.allCases.compactMap { family in
            result.addresses.first { entry in
                guard entry.prefix.family == family else { return false }
                guard let interface = result.interface(of: entry) else { return true }
                return interface.name == identity.interface.text && !(interface.sandbox ?? "").isEmpty
            }?.prefix
        }
    }

    /// The host's interface that leads to `address`: the bridge, if ours made the link; nil when there is no route.
    package func hostSide(of address: IPAddress) throws(CNIError) -> InterfaceName? {
        if let bridge = record.bridge { return bridge }
        return try asking { () throws(NetlinkError) in
            let route: Route
            do throws(NetlinkError) { route = try host.route(to: address) } catch {
                if error.errno == .networkUnreachable || error.errno == .noRouteToHost { return nil }
                throw error
            }
            return try route.interface.map { index throws(NetlinkError) in try host.link(index).name }
        }
    }
}
