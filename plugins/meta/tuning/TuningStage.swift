// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import LinuxSystem
internal import Netlink
package import NetworkTypes
package import SwnetPipeline
internal import SwnetState

/// Sysctls, MAC, MTU and flags of the sandbox's interface.
package struct TuningStage: Stage {
    package static let section = "tuning"

    package let configuration: TuningConfiguration
    /// The MAC that counts among all that were asked for.
    package let mac: MACAddress?
    /// Resolved for the interface.
    let sysctls: [(key: Sysctl, value: String)]

    package init(_ configuration: TuningConfiguration, mac: MACAddress?, for interface: InterfaceName) throws(CNIError)
    {
        self.configuration = configuration
        self.mac = mac
        var sysctls: [(key: Sysctl, value: String)] = []
        for setting in configuration.settings {
            guard let sysctl = setting.sysctl(for: interface) else {
                throw CNIError(.invalidConfiguration, "sysctl \(setting.key) is not a key below net.")
            }
            sysctls.append((sysctl, setting.value))
        }
        self.sysctls = sysctls
    }

    private var changesLink: Bool {
        mac != nil || configuration.mtu != nil || configuration.promiscuous != nil || configuration.allMulticast != nil
            || configuration.transmitQueueLength != nil
    }

    package func prepare(_ attachment: Attachment) throws(CNIError) {
        var section: JSONObject = [:]
        if changesLink {
            let link = try interface(of: attachment)
            section = TuningSection(changing: configuration, mac: mac, of: link).json
        }
        attachment.record[stage: Self.section] = section
    }

    package func add(to attachment: Attachment) throws(CNIError) {
        let sandbox = try attachment.requireSandbox()
        if !sysctls.isEmpty { try sandbox.set(sysctls) }
        guard changesLink else { return }
        let link = try interface(of: attachment)
        if let mtu = configuration.mtu { try Self.setHostMTU(mtu, attachment) }
        try asking { () throws(NetlinkError) in
            for change in changes { try sandbox.route.setLink(link.index, change) }
        }
        guard let mac else { return }
        attachment.record.mac = mac
        for index in attachment.result.interfaces.indices
        where attachment.result.interfaces[index].name == link.name.text {
            attachment.result.interfaces[index].mac = mac.description
        }
    }

    private var changes: [LinkChange] {
        [
            mac.map { .macAddress($0) }, configuration.promiscuous == true ? .promiscuous(true) : nil,
            configuration.mtu.map { .mtu($0) }, configuration.allMulticast.map { .allMulticast($0) },
            configuration.transmitQueueLength.map { .transmitQueueLength($0) },
        ].compactMap(\.self)
    }

    private func interface(of attachment: Attachment) throws(CNIError) -> Link {
        let sandbox = try attachment.requireSandbox()
        let name = attachment.identity.interface
        return try asking { () throws(NetlinkError) in try sandbox.route.link(named: name) }
    }

    /// A veth pair whose ends disagree drops what is larger than the smaller of the two.
    private static func setHostMTU(_ mtu: UInt32, _ attachment: Attachment) throws(CNIError) {
        guard let name = attachment.record.hostInterface else { return }
        try asking { () throws(NetlinkError) in
            do throws(NetlinkError) { try attachment.host.setLink(named: name, .mtu(mtu)) } catch {
                if !error.isNotFound { throw error }
            }
        }
    }

    package static func delete(from attachment: Attachment) throws(CNIError) {
        guard let stored = attachment.section(section) else { return }
        let previous = TuningSection(stored)
        if let mac = previous.mac { attachment.record.mac = mac }
        guard let sandbox = attachment.sandbox else { return }
        let changes: [LinkChange] = [
            previous.mtu.map { .mtu($0) }, previous.mac.map { .macAddress($0) },
            previous.promiscuous.map { .promiscuous($0) }, previous.allMulticast.map { .allMulticast($0) },
            previous.transmitQueueLength.map { .transmitQueueLength($0) },
        ].compactMap(\.self)
        for change in changes {
            do throws(NetlinkError) {
                try sandbox.route.setLink(named: attachment.identity.interface, change)
            } catch {
                // The interface is about to go; what cannot be put back is no reason to keep it.
                if !error.isNotFound { attachment.warn("while restoring the interface: \(error)") }
            }
        }
    }

    package func check(_ attachment: Attachment) throws(CNIError) {
        let sandbox = try attachment.requireSandbox()
        for (key, value) in sysctls {
            let actual = try sandbox.read(key)
            guard actual == value else {
                throw CNIError(.drifted, "sysctl \(key.key) is \(actual ?? "missing") instead of \(value)")
            }
        }
        guard changesLink else { return }
        let link = try interface(of: attachment)
        let differences: [(Bool, String)] = [
            (mac != nil && link.macAddress != mac, "MAC address"),
            (configuration.mtu != nil && link.mtu != configuration.mtu, "MTU"),
            (configuration.promiscuous == true && !link.flags.contains(.promiscuous), "promiscuous mode"),
            (
                configuration.allMulticast.map { $0 != link.flags.contains(.allMulticast) } ?? false,
                "all-multicast mode"
            ),
            (
                configuration.transmitQueueLength.map { $0 != link.transmitQueueLength } ?? false,
                "transmit queue length"
            ),
        ]
        if let difference = differences.first(where: \.0) {
            throw CNIError(.drifted, "the \(difference.1) of \(link.name) is not what tuning set")
        }
    }
}
