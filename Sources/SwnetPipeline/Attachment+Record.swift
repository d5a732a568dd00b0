// SPDX-License-Identifier: Apache-2.0
package import CNI
package import JSON
internal import LinuxSystem
internal import Netlink
internal import NetworkTypes
package import SwnetState
internal import SystemPackage

extension Attachment {
    /// What the stage called `name` recorded; nil when it recorded nothing.
    package func section(_ name: String) -> JSONObject? { record[stage: name] }

    /// Writes the record, so that whatever dies next leaves a trace for DEL and GC.
    package func save(as state: EndpointRecord.State) throws(CNIError) {
        record.state = state
        let record = record
        try underLock { endpoints throws(CNIError) in
            if state == .attaching {
                try requireNetwork()
                try NetworkUpkeep(layout).remember(self)
            }
            try storing { () throws(StateError) in try endpoints.write(record) }
        }
    }

    /// Throws when the network is on its way out, so that this ADD cannot bring back what was removed. The caller holds
    /// the network's lock.
    private func requireNetwork() throws(CNIError) {
        let mark = NetworkRemovalMark(of: network, layout)
        guard try storing({ () throws(StateError) in try mark.isSet() }) else { return }
        throw CNIError(.networkRemoved, "network \(network) is being removed: attach to another one")
    }

    /// Removes sections, with the last one the record, and with the network's last record what the firewall has for it.
    func forget(_ sections: [String]) throws(CNIError) {
        let wereRecorded = sections.contains { self.record[stage: $0] != nil }
        for section in sections { self.record[stage: section] = nil }
        if !self.record.stages.isEmpty {
            guard wereRecorded else { return }
            self.record.state = .attached
        }
        let (record, layout) = (record, layout)
        try underLock { endpoints throws(CNIError) in
            guard record.stages.isEmpty else {
                return try storing { () throws(StateError) in try endpoints.write(record) }
            }
            if try storing({ () throws(StateError) in try endpoints.isLast(besides: record.attachment) }) {
                try NetworkUpkeep(layout).withdraw(self)
            }
            try storing { () throws(StateError) in _ = try endpoints.remove(record.attachment) }
        }
    }

    func underLock(
        _ body: (inout Endpoints) throws(CNIError) -> Void
    ) throws(CNIError) {
        try locked { () throws(LockedError<CNIError>) in
            try EndpointStore(layout).withExclusiveLock(of: network) { endpoints throws(CNIError) in
                try body(&endpoints)
            }
        }
    }
}

extension EndpointRecord {
    /// The record that earlier types of a chain, or an earlier ADD, made; nil when there is none.
    ///
    /// A torn one counts as none: what it described is found by the attachment's names.
    static func stored(for request: CNIRequest) throws(CNIError) -> EndpointRecord? {
        do throws(StateError) {
            return try EndpointStore(request.layout).read(request.attachment, on: request.network)
        } catch {
            guard error.isCorrupt else { throw CNIError(error) }
            request.warn("\(error)")
            return nil
        }
    }

    /// The stored record, or a new one.
    init(for request: CNIRequest) throws(CNIError) {
        if let stored = try EndpointRecord.stored(for: request) {
            self = stored
            return
        }
        let boot = try calling { () throws(SystemError) in try BootIdentity.current() }
        self.init(
            network: request.network, attachment: request.attachment, sandbox: request.netns?.string ?? "", boot: boot,
            created: Timestamp.now(), type: request.configuration.type)
        name = request.arguments["K8S_POD_NAME"]
    }

    /// True when the attachment still is what it was recorded as: this boot, a sandbox that is the one asked about, and
    /// the interface in it.
    func isLive(in sandbox: Sandbox, interface: InterfaceName) throws(CNIError) -> Bool {
        let current = try calling { () throws(SystemError) in try BootIdentity.current() }
        guard !isStale(in: current) else { return false }
        return try asking { () throws(NetlinkError) in try sandbox.route.linkIfPresent(named: interface) } != nil
    }
}

/// Reads or writes state; what is wrong with it becomes an error of the protocol.
package func storing<Result>(_ body: () throws(StateError) -> Result) throws(CNIError) -> Result {
    do throws(StateError) { return try body() } catch { throw CNIError(error) }
}
