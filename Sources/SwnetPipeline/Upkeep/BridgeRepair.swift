// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import Netlink
internal import NetworkTypes
internal import SwnetState

/// Puts a bridge back as ADD made it: link, addresses, ports.
struct BridgeRepair {
    /// An attachment whose host end is to be a port of the bridge.
    struct Port {
        let record: EndpointRecord
        let section: BridgeSection

        init(_ record: EndpointRecord, _ section: BridgeSection) {
            self.record = record
            self.section = section
        }

        fileprivate var title: String { "interface \(section.hostInterface) of container \(record.title)" }
    }

    let name: InterfaceName
    /// At least one.
    let ports: [Port]
    let layout: StateLayout

    /// Under the bridge's lock, as whoever plugs in or takes the bridge away.
    func run(_ log: inout UpkeepLog) throws(CNIError) {
        guard let first = ports.first else { return }
        let attachment = try Attachment(collecting: first.record, layout)
        try locked { () throws(LockedError<CNIError>) in
            try layout.withBridgeLock(of: name) { () throws(CNIError) in
                // One that comes up gets its link-local address from the kernel, some time after its first port.
                let wasRunning = try present(name, attachment)?.operationalState == .up
                guard try repairLink(attachment, &log) else { return }
                try repairAddresses(attachment, &log)
                if wasRunning { try repairLinkLocalAddress(attachment, &log) }
                for port in ports { try repair(port, attachment, &log) }
            }
        }
    }

    /// Returns false when the name is that of something else.
    private func repairLink(_ attachment: Attachment, _ log: inout UpkeepLog) throws(CNIError) -> Bool {
        let isPromiscuous = ports.contains { $0.section.promiscuous }
        let remedy: (problem: String, remedy: String)
        if let link = try present(name, attachment) {
            guard link.kind == .bridge else {
                let advice = CNIError(.interfaceExists, "rename or remove the interface \(name)")
                log.fail(network, "bridge \(name)", is: "something else", toBe: "made again", advice)
                return false
            }
            if !link.isUp {
                remedy = ("down", "brought up")
            } else if isPromiscuous, !link.flags.contains(.promiscuous) {
                remedy = ("not promiscuous", "made so")
            } else {
                return true
            }
        } else {
            remedy = ("gone", "made again")
        }
        let bridge = HostBridge(
            name: name, mtu: try mtu(attachment), filtersVLANs: ports.contains { $0.section.port.filtersVLANs },
            promiscuous: isPromiscuous)
        log.step(network, "bridge \(name)", is: remedy.problem, toBe: remedy.remedy) { () throws(CNIError) in
            _ = try bridge.ensure(attachment)
        }
        return true
    }

    /// That of the ports, which were made to fit the bridge.
    private func mtu(_ attachment: Attachment) throws(CNIError) -> BridgeMTU {
        for port in ports {
            if let link = try present(port.section.hostInterface, attachment) { return .bytes(link.mtu) }
        }
        return .kernel
    }

    private func repairAddresses(_ attachment: Attachment, _ log: inout UpkeepLog) throws(CNIError) {
        var done: Set<IPPrefix> = []
        for port in ports {
            for gateway in port.section.gateways where done.insert(gateway).inserted {
                let holder = try holder(for: port, attachment)
                let present = try holder.map { link throws(CNIError) in
                    try asking { () throws(NetlinkError) in try attachment.host.addresses(of: link.index) }
                }
                if present?.contains(where: { $0.prefix == gateway }) == true { continue }
                log.step(
                    port.record.network, "bridge \(name)", is: "without address \(gateway)", toBe: "given it back"
                ) { () throws(CNIError) in try give(gateway, port, attachment) }
            }
        }
    }

    /// The address from which the host asks for neighbours; it went if somebody flushed all.
    private func repairLinkLocalAddress(_ attachment: Attachment, _ log: inout UpkeepLog) throws(CNIError) {
        guard ports.contains(where: { $0.section.gateways.contains { $0.family == .ipv6 } }),
            let link = try present(name, attachment), let own = link.macAddress?.linkLocalAddress
        else { return }
        let present = try asking { () throws(NetlinkError) in try attachment.host.addresses(of: link.index) }
        guard !present.contains(where: { $0.prefix.family == .ipv6 && $0.prefix.address.isLinkLocal }) else { return }
        log.step(network, "bridge \(name)", is: "without address \(own)", toBe: "given it back") {
            () throws(CNIError) in
            try asking { () throws(NetlinkError) in
                try attachment.host.addAddress(own, to: link.index, .noDuplicateDetection)
            }
        }
    }

    /// What has the gateway addresses of the port: the bridge, or the interface that stands for it in a VLAN.
    private func holder(for port: Port, _ attachment: Attachment) throws(CNIError) -> Link? {
        guard let vlan = port.section.port.vlan else { return try present(name, attachment) }
        return try InterfaceName("\(name).\(vlan)").flatMap { name throws(CNIError) in try present(name, attachment) }
    }

    private func give(_ gateway: IPPrefix, _ port: Port, _ attachment: Attachment) throws(CNIError) {
        var holder = try link(attachment)
        if let vlan = port.section.port.vlan {
            holder = try VLANGateway(bridge: name, vlan: vlan).ensure(on: holder, attachment)
        }
        let bridge = HostBridge(name: name, mtu: .kernel, filtersVLANs: false, promiscuous: false)
        try bridge.ensureAddress(gateway, on: holder, force: false, attachment)
    }

    private func repair(_ port: Port, _ attachment: Attachment, _ log: inout UpkeepLog) throws(CNIError) {
        let (network, section) = (port.record.network, port.section)
        guard let link = try present(section.hostInterface, attachment) else {
            let advice = CNIError(.drifted, "what is in the container went with it: restart the container")
            return log.fail(network, port.title, is: "gone", toBe: "made again", advice)
        }
        let bridge = try present(name, attachment)
        if bridge == nil || link.master != bridge?.index {
            log.step(network, port.title, is: "not in bridge \(name)", toBe: "plugged in") { () throws(CNIError) in
                let master = try self.link(attachment).index
                try asking { () throws(NetlinkError) in
                    try attachment.host.setLink(link.index, .master(master), .up)
                }
                try section.port.apply(to: link.index, attachment)
            }
        } else {
            repairOptions(of: link, port, attachment, &log)
        }
        try repairGuard(port, &log)
    }

    private func repairOptions(
        of link: Link, _ port: Port, _ attachment: Attachment, _ log: inout UpkeepLog
    ) {
        let (network, wanted) = (port.record.network, port.section.port)
        let options = link.bridgePort
        if (options?.hairpin ?? false) != wanted.hairpin || (options?.isolated ?? false) != wanted.isolated {
            let both = BridgePort(hairpin: wanted.hairpin, isolated: wanted.isolated)
            log.step(network, port.title, is: "another kind of port", toBe: "set to \(both)") { () throws(CNIError) in
                try asking { () throws(NetlinkError) in try attachment.host.setBridgePort(link.index, both) }
            }
        }
        if !link.isUp {
            log.step(network, port.title, is: "down", toBe: "brought up") { () throws(CNIError) in
                try asking { () throws(NetlinkError) in try attachment.host.setLink(link.index, .up) }
            }
        }
    }

    private func repairGuard(_ port: Port, _ log: inout UpkeepLog) throws(CNIError) {
        guard let portGuard = port.section.portGuard else { return }
        do throws(CNIError) { try portGuard.check() } catch {
            guard error.code == .drifted else { throw error }
            log.step(
                port.record.network, port.title, is: "not guarded against forged senders", toBe: "guarded again"
            ) { () throws(CNIError) in try portGuard.install() }
        }
    }

    private var network: NetworkName? { ports.first?.record.network }

    private func link(_ attachment: Attachment) throws(CNIError) -> Link {
        try asking { () throws(NetlinkError) in try attachment.host.link(named: name) }
    }

    private func present(_ name: InterfaceName, _ attachment: Attachment) throws(CNIError) -> Link? {
        try asking { () throws(NetlinkError) in try attachment.host.linkIfPresent(named: name) }
    }
}

extension MACAddress {
    /// RFC 4291 appendix A.
    fileprivate var linkLocalAddress: IPPrefix? {
        let halves = (bytes.prefix(3) + [0xff, 0xfe] + bytes.suffix(3)).enumerated()
            .map { $0 == 0 ? $1 ^ 0x02 : $1 }
        return IPAddress(bytes: [0xfe, 0x80, 0, 0, 0, 0, 0, 0] + halves).flatMap { IPPrefix($0, length: 64) }
    }
}
