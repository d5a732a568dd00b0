// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import LinuxSystem
internal import Netlink
package import NetworkTypes
package import SwnetPipeline
internal import SwnetState

/// A veth pair with one end on a host bridge and the other in the sandbox, addressed and routed.
package struct BridgeStage: Stage {
    package static let section = BridgeSection.key

    package let configuration: BridgeConfiguration
    /// Nil for layer 2 only.
    package let addresses: AddressStage?
    /// A MAC that was asked for; nil derives one from network and address.
    package let requestedMAC: MACAddress?
    /// The well-known key `dns`; empty: that of the address plugin counts.
    package let dns: CNIResult.DNS

    package init(
        _ configuration: BridgeConfiguration, addresses: AddressStage?, requestedMAC: MACAddress?,
        dns: CNIResult.DNS
    ) {
        self.configuration = configuration
        self.addresses = addresses
        self.requestedMAC = requestedMAC
        self.dns = dns
    }

    package func prepare(_ attachment: Attachment) throws(CNIError) {
        guard let name = attachment.identity.hostInterface(on: attachment.network) else { return }
        let bridge = try asking { () throws(NetlinkError) in
            try attachment.host.linkIfPresent(named: configuration.bridge)
        }
        var section = BridgeSection(
            bridge: configuration.bridge, createsBridge: bridge == nil, hostInterface: name)
        section.port = configuration.port
        section.promiscuous = configuration.promiscuous
        section.store(in: attachment)
        attachment.record.bridge = configuration.bridge
        attachment.record.hostInterface = name
        attachment.record.mac = requestedMAC
        if addresses?.source.precedesLink == true { try obtainAddresses(attachment) }
        if attachment.record.mac == nil {
            // Nothing better to derive it from; it is known before the interface is made, and so to whoever guards it.
            let (container, interface) = (attachment.identity.container.text, attachment.identity.interface.text)
            attachment.record.mac = StableHash(of: attachment.network.text, container, interface).macAddress
        }
        section.gateways = gateways(of: attachment)
        if configuration.macSpoofCheck { section.onlySender = attachment.record.mac }
        section.store(in: attachment)
    }

    package func add(to attachment: Attachment) throws(CNIError) {
        let sandbox = try attachment.requireSandbox()
        let (bridge, pair) = try plugIn(attachment, sandbox)
        try configuration.port.apply(to: pair.host, attachment)
        try attachment.section(Self.section).flatMap(BridgeSection.init(_:))?.portGuard?.install()
        if addresses?.source.precedesLink == false {
            try obtainAddresses(attachment)
            if var section = attachment.section(Self.section).flatMap(BridgeSection.init(_:)) {
                section.gateways = gateways(of: attachment)
                section.store(in: attachment)
            }
            try attachment.save(as: .attaching)
            try addGateways(to: bridge, attachment)
        }
        if configuration.isGateway {
            let settings = HostSettings(attachment.layout)
            for family in Set(attachment.record.addresses.map(\.family)) {
                try Forwarding.enable(family, recordingIn: settings)
            }
        }
        try configureSandbox(sandbox, pair.peer, attachment)
        try announce(pair, sandbox, attachment)
        try report(bridge, pair, sandbox, attachment)
    }

    /// Host bridge, host end, sandbox interface: chained plugins and runtimes count on this order.
    private func report(
        _ bridge: Link, _ pair: VethPair, _ sandbox: Sandbox, _ attachment: Attachment
    ) throws(CNIError) {
        let name = attachment.identity.interface
        let mtu = configuration.mtu.fixed ?? bridge.mtu
        attachment.result.interfaces = [
            CNIResult.Interface(bridge.name, mac: bridge.macAddress, mtu: bridge.mtu),
            CNIResult.Interface(
                attachment.record.hostInterface ?? name, mac: pair.hostMACAddress, mtu: mtu),
            CNIResult.Interface(name, mac: attachment.record.mac, mtu: mtu, sandbox: sandbox.path),
        ]
    }
}
