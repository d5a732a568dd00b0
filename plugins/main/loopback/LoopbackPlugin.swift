// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline

/// CNI type `loopback`: `lo` of the sandbox, whatever CNI_IFNAME says.
package enum LoopbackPlugin: CNIPlugin {
    package static let type = "loopback"

    package static func add(_ request: CNIRequest) throws(CNIError) -> CNIResult {
        let sandbox = try Sandbox(opening: request.openSandbox())
        let link = try loopback(of: sandbox)
        let present = try asking { () throws(NetlinkError) in try sandbox.route.addresses(of: link.index) }
        if let foreign = present.first(where: { !$0.prefix.address.isLoopback }) {
            throw CNIError(
                .interfaceExists,
                "loopback interface of \(sandbox.path) has the address \(foreign.prefix), which is no loopback address: remove it"
            )
        }
        try asking { () throws(NetlinkError) in try sandbox.route.setLink(link.index, .up) }
        if let previous = request.configuration.previousResult { return previous }
        let addresses = ["127.0.0.1/8", "::1/128"].compactMap { IPPrefix($0) }
        return CNIResult(
            interfaces: [CNIResult.Interface(link.name, mac: link.macAddress, sandbox: sandbox.path)],
            addresses: addresses.map { CNIResult.Address($0, interface: 0) })
    }

    package static func delete(_ request: CNIRequest) throws(CNIError) {
        guard let namespace = try request.openSandboxIfPresent() else { return }
        let sandbox = try Sandbox(opening: namespace)
        let link = try loopback(of: sandbox)
        try asking { () throws(NetlinkError) in try sandbox.route.setLink(link.index, .down) }
    }

    package static func check(_ request: CNIRequest) throws(CNIError) {
        let sandbox = try Sandbox(opening: request.openSandbox())
        guard try loopback(of: sandbox).isUp else {
            throw CNIError(.drifted, "loopback interface of \(sandbox.path) is down")
        }
    }

    private static func loopback(of sandbox: Sandbox) throws(CNIError) -> Link {
        // Every namespace is born with it, as interface 1.
        try asking { () throws(NetlinkError) in try sandbox.route.link(InterfaceIndex(rawValue: 1)) }
    }
}
