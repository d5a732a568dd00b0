// SPDX-License-Identifier: Apache-2.0
package import JSON
package import Netlink
package import NetworkTypes

/// What the kernel has for a network's bridge.
package struct BridgeState {
    package let link: Link
    package let addresses: [IPPrefix]
    /// Names of the links that are in the bridge.
    package let ports: [String]

    package init(_ link: Link, addresses: [IPPrefix], ports: [String]) {
        self.link = link
        self.addresses = addresses
        self.ports = ports
    }

    /// Nil when there is no bridge of that name at the moment.
    init?(_ name: InterfaceName, _ kernel: inout RouteSocket) throws(NetlinkError) {
        guard let link = try kernel.linkIfPresent(named: name), link.kind == .bridge else { return nil }
        self.init(
            link, addresses: try kernel.addresses(of: link.index).map(\.prefix),
            ports: try kernel.links(master: link.index).map(\.name.text).sorted())
    }

    /// Keys are interface of the program.
    package var json: JSON {
        var object: JSONObject = ["name": .string(link.name.text), "index": .number(link.index.rawValue)]
        object["up"] = .bool(link.isUp)
        object["mac"] = link.macAddress.map { .string($0.description) } ?? .null
        object["mtu"] = .number(link.mtu)
        object["addresses"] = .array(addresses.map { .string($0.description) })
        object["ports"] = .array(ports.map { .string($0) })
        return .object(object)
    }
}
