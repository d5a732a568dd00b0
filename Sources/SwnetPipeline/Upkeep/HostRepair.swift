// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import JSON
internal import LinuxSystem
internal import NetworkTypes
package import SwnetState

/// Brings back from the records what other programs took away from networks.
///
/// Connections go on: connection tracking is left alone, and so are the insides of containers.
package struct HostRepair {
    package private(set) var log: UpkeepLog
    private let layout: StateLayout
    private let records: HostRecords
    /// The attachments that are complete, of containers that are there.
    private let endpoints: [EndpointRecord]

    package init(_ layout: StateLayout, _ mode: UpkeepLog.Mode) throws(CNIError) {
        log = UpkeepLog(mode)
        self.layout = layout
        records = try HostRecords(reading: layout)
        endpoints = records.endpoints.filter { $0.state == .attached && !$0.isStale(in: $0.boot) }
        for failure in records.failures {
            log.fail(nil, "a record", is: "unreadable", toBe: "used", CNIError(failure))
        }
    }

    /// The firewall first: nothing is plugged in again before it is policed again.
    package mutating func run() throws(CNIError) {
        try repairForwarding()
        try repairFirewall()
        try repairBridges()
        try PassageRepair(networks: records.networks, layout: layout).run(&log)
        try LoopbackRepair(networks: records.networks, endpoints: endpoints, layout: layout).run(&log)
        try NameRepair(networks: records.networks, endpoints: endpoints, layout: layout).run(&log)
    }

    /// Of the families in which the host is the gateway of a container.
    private mutating func repairForwarding() throws(CNIError) {
        let families = Set(endpoints.flatMap { $0.bridgeSection?.gateways ?? [] }.map(\.family))
        for family in IPFamily.allCases where families.contains(family) {
            guard try !Forwarding.isEnabled(family) else { continue }
            let settings = HostSettings(layout)
            log.step(nil, "forwarding of \(family.title)", is: "off", toBe: "switched on") { () throws(CNIError) in
                try Forwarding.enable(family, recordingIn: settings)
            }
        }
    }

    private mutating func repairFirewall() throws(CNIError) {
        let filters = endpoints.flatMap(\.endpointFilters)
        let needed = records.networkFilters.flatMap { $0.install() } + filters.flatMap { $0.install() }
        guard !needed.isEmpty else { return }
        let layout = layout
        let shortfall = try filtering { () throws(FirewallError) in
            var session = try FirewallSession(layout)
            return try FirewallShortfall(of: needed, in: &session)
        }
        guard !shortfall.isEmpty else { return }
        log.step(nil, "nftables table inet swnet", is: shortfall.problem, toBe: shortfall.remedy) {
            () throws(CNIError) in
            try filtering { () throws(FirewallError) in
                var session = try FirewallSession(layout)
                try session.restore(needed)
            }
        }
    }

    private mutating func repairBridges() throws(CNIError) {
        let bridges = Set(endpoints.compactMap { $0.bridgeSection?.bridge })
        for bridge in bridges.sorted() {
            let ports = endpoints.compactMap { record in
                record.bridgeSection.flatMap { $0.bridge == bridge ? BridgeRepair.Port(record, $0) : nil }
            }
            try BridgeRepair(name: bridge, ports: ports, layout: layout).run(&log)
        }
    }
}

extension FirewallShortfall {
    fileprivate var problem: String {
        switch skeleton {
        case .missing: "missing"
        case .altered: "not as swnet made it"
        case .intact: "incomplete"
        }
    }

    fileprivate var remedy: String {
        let elements = missing.count == 1 ? "1 element" : "\(missing.count) elements"
        return switch skeleton {
        case .missing: "made again with \(elements)"
        case .altered: "restored" + (missing.isEmpty ? "" : " with \(elements)")
        case .intact: "completed by \(elements)"
        }
    }
}

extension EndpointRecord {
    /// Nil when the attachment is to no bridge of ours.
    var bridgeSection: BridgeSection? { self[stage: BridgeSection.key].flatMap(BridgeSection.init(_:)) }

    /// The name, or what stands for it: the beginning of the id.
    var title: String { name ?? String(attachment.container.text.prefix(12)) }
}

extension IPFamily {
    fileprivate var title: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
