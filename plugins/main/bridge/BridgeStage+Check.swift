// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
package import SwnetPipeline
internal import SwnetState

extension BridgeStage {
    /// The first difference between what ADD made and what there is.
    package func check(_ attachment: Attachment) throws(CNIError) {
        guard let section = attachment.section(Self.section).flatMap(BridgeSection.init(_:)) else {
            throw CNIError(
                .drifted, "\(attachment.identity) is not recorded as attached to a bridge: run DEL, then ADD")
        }
        let bridge = try checkBridge(section, attachment)
        try checkHostInterface(section, bridge, attachment)
        try section.portGuard?.check()
        let link = try checkInterface(attachment)
        try checkAddresses(link, attachment)
        try checkRoutes(link, attachment)
    }

    private func checkBridge(_ section: BridgeSection, _ attachment: Attachment) throws(CNIError) -> Link {
        guard
            let link = try asking({ () throws(NetlinkError) in
                try attachment.host.linkIfPresent(named: section.bridge)
            })
        else { throw CNIError(.drifted, "bridge \(section.bridge) is gone") }
        guard link.kind == .bridge else { throw CNIError(.drifted, "\(section.bridge) is not a bridge any more") }
        guard link.isUp else { throw CNIError(.drifted, "bridge \(section.bridge) is down") }
        let present = try asking { () throws(NetlinkError) in try attachment.host.addresses(of: link.index) }
        for gateway in gateways(of: attachment)
        where configuration.port.vlan == nil && !present.contains(where: { $0.prefix == gateway }) {
            throw CNIError(.drifted, "bridge \(section.bridge) has lost the gateway address \(gateway)")
        }
        return link
    }

    private func checkHostInterface(
        _ section: BridgeSection, _ bridge: Link, _ attachment: Attachment
    ) throws(CNIError) {
        guard
            let link = try asking({ () throws(NetlinkError) in
                try attachment.host.linkIfPresent(named: section.hostInterface)
            })
        else { throw CNIError(.drifted, "host interface \(section.hostInterface) is gone") }
        guard link.master == bridge.index else {
            throw CNIError(
                .drifted, "host interface \(section.hostInterface) is not a port of bridge \(section.bridge)")
        }
        guard link.isUp else { throw CNIError(.drifted, "host interface \(section.hostInterface) is down") }
        let port = link.bridgePort
        guard port?.hairpin ?? false == configuration.port.hairpin else {
            throw CNIError(.drifted, "hairpin mode of \(section.hostInterface) is not \(configuration.port.hairpin)")
        }
    }

    private func checkInterface(_ attachment: Attachment) throws(CNIError) -> Link {
        let (name, sandbox) = (attachment.identity.interface, try attachment.requireSandbox())
        let expected = attachment.result.interfaces.first { $0.name == name.text && $0.sandbox != nil }
        if let expected, expected.sandbox != sandbox.path {
            throw CNIError(
                .drifted, "prevResult has \(name) in sandbox \(expected.sandbox ?? "") and CNI_NETNS is \(sandbox.path)"
            )
        }
        guard let link = try asking({ () throws(NetlinkError) in try sandbox.route.linkIfPresent(named: name) }) else {
            throw CNIError(.drifted, "interface \(name) is gone from sandbox \(sandbox.path)")
        }
        guard link.kind == .veth else { throw CNIError(.drifted, "interface \(name) is not a veth") }
        guard link.isUp || configuration.disableContainerInterface else {
            throw CNIError(.drifted, "interface \(name) is down")
        }
        if let mac = expected?.mac.flatMap({ MACAddress($0) }), let actual = link.macAddress, mac != actual {
            throw CNIError(.drifted, "interface \(name) has MAC address \(actual) instead of \(mac)")
        }
        return link
    }

    private func checkAddresses(_ link: Link, _ attachment: Attachment) throws(CNIError) {
        let sandbox = try attachment.requireSandbox()
        let present = try asking { () throws(NetlinkError) in try sandbox.route.addresses(of: link.index) }
        for entry in attachment.result.addresses
        where attachment.result.interface(of: entry)?.name == link.name.text
            && !present.contains(where: { $0.prefix == entry.prefix })
        {
            throw CNIError(.drifted, "interface \(link.name) has lost the address \(entry.prefix)")
        }
    }

    private func checkRoutes(_ link: Link, _ attachment: Attachment) throws(CNIError) {
        guard !attachment.result.routes.isEmpty else { return }
        let sandbox = try attachment.requireSandbox()
        let present = try asking { () throws(NetlinkError) in try sandbox.route.routes(in: nil, interface: link.index) }
        for wanted in attachment.result.routes where !present.contains(where: { $0.serves(wanted) }) {
            let via = wanted.gateway.map { " via \($0)" } ?? ""
            throw CNIError(.drifted, "route \(wanted.destination)\(via) is gone from sandbox \(sandbox.path)")
        }
    }
}

extension Route {
    /// True when this is the route of a result, or one of several ways that it became a part of.
    fileprivate func serves(_ wanted: CNIResult.Route) -> Bool {
        guard destination == wanted.destination.network else { return false }
        guard wanted.table == nil || wanted.table == table.rawValue else { return false }
        guard let way = wanted.gateway else { return true }
        return gateway == way || nextHops.contains { $0.gateway == way }
    }
}
