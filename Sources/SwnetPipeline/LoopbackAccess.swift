// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import LinuxSystem
internal import Netlink
package import NetworkTypes
package import SwnetState
internal import SystemPackage

/// What makes `127.0.0.1:port` and `[::1]:port` lead to containers behind a bridge.
///
/// IPv4 takes `route_localnet`, and with it the rule that keeps containers away from the host's loopback addresses.
///
/// IPv6 takes a route: a reply to `::1` arrives by the bridge after its translation is undone, and the strict interface
/// match of IPv6 finds no local route there. This one, behind the kernel's own by its metric, is found.
package enum LoopbackAccess {
    private static let metric: UInt32 = 4096

    /// Does so for one family; that it was done before is success.
    package static func open(_ family: IPFamily, by bridge: InterfaceName, _ attachment: Attachment) throws(CNIError) {
        switch family {
        case .ipv4:
            try calling { () throws(SystemError) in try setting(of: bridge).write("1") }
        case .ipv6:
            try asking { () throws(NetlinkError) in
                guard let route = route(by: try attachment.host.link(named: bridge).index) else { return }
                do throws(NetlinkError) { try attachment.host.addRoute(route) } catch {
                    if !error.isAlreadyExists { throw error }
                }
            }
        }
    }

    /// Whether it is done for one family. Without the bridge it is not.
    static func isOpen(_ family: IPFamily, by bridge: InterfaceName, _ attachment: Attachment) throws(CNIError) -> Bool
    {
        let link = try asking { () throws(NetlinkError) in try attachment.host.linkIfPresent(named: bridge) }
        guard let link else { return false }
        if family == .ipv4 {
            return try calling { () throws(SystemError) in try setting(of: bridge).read() } == "1"
        }
        let wanted = route(by: link.index)
        return try asking { () throws(NetlinkError) in
            try attachment.host.routes(in: .local, interface: link.index, .ipv6)
        }.contains { $0.destination == wanted?.destination }
    }

    /// Ends it for both families. To be done while the rule is still there.
    static func close(_ bridge: InterfaceName, _ attachment: Attachment) throws(CNIError) {
        let link = try asking { () throws(NetlinkError) in try attachment.host.linkIfPresent(named: bridge) }
        // An ADD may have failed because the name is that of something else.
        guard let link, link.kind == .bridge else { return }
        try calling { () throws(SystemError) in try setting(of: bridge).writeIfPresent("0") }
        try asking { () throws(NetlinkError) in
            guard let route = route(by: link.index) else { return }
            do throws(NetlinkError) { try attachment.host.deleteRoute(route) } catch {
                if !error.isNotFound { throw error }
            }
        }
    }

    private static func setting(of bridge: InterfaceName) -> Sysctl { .interface(bridge, .ipv4, "route_localnet") }

    private static func route(by bridge: InterfaceIndex) -> Route? {
        IPAddress("::1").map {
            Route(to: IPPrefix(host: $0), interface: bridge, type: .local, table: .local, metric: metric)
        }
    }
}

extension PublishedPort {
    /// Whether a client on the host can use the port by a loopback address of `family`.
    package func reachesLoopback(of family: IPFamily) -> Bool {
        guard let hostAddress else { return true }
        return hostAddress.family == family && (hostAddress.isUnspecified || hostAddress.isLoopback)
    }
}
