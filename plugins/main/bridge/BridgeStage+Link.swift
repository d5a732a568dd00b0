// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import JSON
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState

/// The links: bridge, veth pair, port.
extension BridgeStage {
    /// Finds or makes the bridge and plugs a veth pair into it.
    ///
    /// Under the bridge's lock, because a failed ADD of the network may be taking the bridge that it made away again.
    func plugIn(_ attachment: Attachment, _ sandbox: Sandbox) throws(CNIError) -> (bridge: Link, pair: VethPair) {
        try locked { () throws(LockedError<CNIError>) in
            try attachment.layout.withBridgeLock(of: configuration.bridge) { () throws(CNIError) in
                let link = try hostBridge.ensure(attachment)
                try addGateways(to: link, attachment)
                return (link, try addVethPair(on: link, attachment, sandbox))
            }
        }
    }

    /// Gives the gateway addresses to the bridge, or to what stands for it in the containers' VLAN.
    func addGateways(to bridge: Link, _ attachment: Attachment) throws(CNIError) {
        let gateways = gateways(of: attachment)
        guard !gateways.isEmpty else { return }
        var holder = bridge
        if let vlan = configuration.port.vlan {
            holder = try VLANGateway(bridge: bridge.name, vlan: vlan).ensure(on: bridge, attachment)
        }
        for gateway in gateways {
            try hostBridge.ensureAddress(gateway, on: holder, force: configuration.forceAddress, attachment)
        }
    }

    var hostBridge: HostBridge {
        HostBridge(
            name: configuration.bridge, mtu: configuration.mtu, filtersVLANs: configuration.port.filtersVLANs,
            promiscuous: configuration.promiscuous)
    }

    private func addVethPair(
        on bridge: Link, _ attachment: Attachment, _ sandbox: Sandbox
    ) throws(CNIError) -> VethPair {
        let mtu = configuration.mtu.fixed ?? bridge.mtu
        let peer = NewLink(attachment.identity.interface, macAddress: attachment.record.mac, mtu: mtu)
        for attempt in 0..<10 {
            guard let name = attachment.identity.hostInterface(on: attachment.network, attempt: attempt) else { break }
            if attempt > 0 { try rename(to: name, attachment) }
            let host = NewLink(
                name, macAddress: StableHash(of: "host", name.text).macAddress, mtu: mtu, master: bridge.index,
                isUp: true)
            do throws(NetlinkError) {
                return try attachment.host.addVethPair(host, peer: peer, in: sandbox.namespace)
            } catch {
                guard error.isAlreadyExists else { throw CNIError(error) }
                try refuseIfTaken(attachment, sandbox)
            }
        }
        throw CNIError(
            .internalError, "no free name for the host end of \(attachment.identity) on network \(attachment.network)")
    }

    /// The kernel says the same when either name is taken; only the one in the sandbox is a reason to stop.
    private func refuseIfTaken(_ attachment: Attachment, _ sandbox: Sandbox) throws(CNIError) {
        let name = attachment.identity.interface
        guard try asking({ () throws(NetlinkError) in try sandbox.route.linkIfPresent(named: name) }) != nil else {
            return
        }
        throw CNIError(
            .interfaceExists,
            "the sandbox \(sandbox.path) has an interface \(name) already: remove it or ask for another name")
    }

    /// Another interface has the name that was recorded; what is recorded must be ours before it is made.
    private func rename(to name: InterfaceName, _ attachment: Attachment) throws(CNIError) {
        guard var section = attachment.section(Self.section).flatMap(BridgeSection.init(_:)) else { return }
        section.hostInterface = name
        attachment.record.hostInterface = name
        section.store(in: attachment)
        try attachment.save(as: .attaching)
    }
}
