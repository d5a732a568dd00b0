// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline

/// What makes `[::1]:port` work.
///
/// A reply to `::1` arrives by the bridge after its translation is undone, and the strict interface match of IPv6 finds no
/// local route there. This one, behind the kernel's own by its metric, is found. It goes with the bridge.
enum LoopbackRoute {
    private static let metric: UInt32 = 4096

    static func add(by bridge: InterfaceName, _ attachment: Attachment) throws(CNIError) {
        guard let loopback = IPAddress("::1") else { return }
        try asking { () throws(NetlinkError) in
            let index = try attachment.host.link(named: bridge).index
            do throws(NetlinkError) {
                try attachment.host.addRoute(
                    Route(
                        to: IPPrefix(host: loopback), interface: index, type: .local, table: .local, metric: metric))
            } catch {
                if !error.isAlreadyExists { throw error }
            }
        }
    }
}
