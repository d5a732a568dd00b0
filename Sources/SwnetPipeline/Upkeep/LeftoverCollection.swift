// SPDX-License-Identifier: Apache-2.0
package import CNI
internal import LinuxSystem
internal import NFTables
internal import NetworkTypes
package import SwnetState

/// Removes what is left of attachments that no record tells of any more, where that can be proved.
package struct LeftoverCollection {
    private let layout: StateLayout

    package init(_ layout: StateLayout) { self.layout = layout }

    /// Takes networks out of the firewall to which nothing is attached: an ADD was killed, or undone by halves.
    package func collectNetworks(_ log: inout UpkeepLog) throws(CNIError) {
        let networks = try storing { () throws(StateError) in try NetworkStateStore(layout).list() }.networks
        for network in networks.map(\.network) {
            let endpoints = try storing { () throws(StateError) in try EndpointStore(layout).list(network) }
            guard endpoints.endpoints.isEmpty, endpoints.failures.isEmpty else { continue }
            log.step(network, "network \(network)", is: "without containers", toBe: "withdrawn from the firewall") {
                () throws(CNIError) in try withdraw(network)
            }
        }
    }

    /// Under the network's lock, under which an ADD records network and endpoint together.
    private func withdraw(_ network: NetworkName) throws(CNIError) {
        let attachment = try Attachment(of: network, layout)
        try attachment.underLock { endpoints throws(CNIError) in
            let isUnused = try storing { () throws(StateError) in try endpoints.isLast(besides: attachment.identity) }
            if isUnused { try NetworkUpkeep(layout).withdraw(attachment) }
        }
    }

    /// Deletes elements of the firewall's sets that no record explains.
    ///
    /// The sets are read before the records: an ADD records what it is about to add, and a DEL forgets what it deleted.
    package func collectElements(_ log: inout UpkeepLog) throws(CNIError) {
        var session = try session()
        let content = try filtering { () throws(FirewallError) in try FirewallContent(reading: &session) }
        let records = try HostRecords(reading: layout)
        // What cannot be read may explain anything.
        if let failure = records.failures.first { throw CNIError(failure) }
        for operation in content.unexplained(by: records.operations) {
            let transaction = Transaction(Firewall.table, [operation])
            let element = transaction.description.dropFirst("delete ".count).dropLast()
            log.step(nil, "nftables \(element)", is: "of no attachment", toBe: "deleted") { () throws(CNIError) in
                try delete(transaction, &session)
            }
        }
    }

    /// An ADD may have come to need the element after the records were read: then it gets it back.
    private func delete(_ transaction: Transaction, _ session: inout FirewallSession) throws(CNIError) {
        do throws(NFTablesError) { try session.socket.commitToleratingMissing(transaction) } catch {
            throw CNIError(.nftables(error))
        }
        let needed = try HostRecords(reading: layout).operations.filter { operation in
            guard case .elements(_, let set, let elements) = operation,
                case .elements(_, set, let deleted)? = transaction.operations.first
            else { return false }
            return elements.first?.key == deleted.first?.key
        }
        try filtering { () throws(FirewallError) in try session.commit(Transaction(Firewall.table, needed)) }
    }

    /// Deletes rules in tables of other programs that let networks pass which are not recorded any more.
    package func collectPassages(_ log: inout UpkeepLog) throws(CNIError) {
        var session = try session()
        let places = try filtering { () throws(FirewallError) in
            do throws(NFTablesError) { return try Coexistence.places(&session.socket) } catch { throw .nftables(error) }
        }
        for (chain, network) in places {
            let record = try storing { () throws(StateError) in try NetworkStateStore(layout).read(network) }
            guard record == nil else { continue }
            log.step(network, "\(chain)", is: "open to network \(network), which is not in use", toBe: "closed to it") {
                () throws(CNIError) in
                try Attachment(of: network, layout).underLock { _ throws(CNIError) in
                    guard try NetworkUpkeep(layout).stored(network) == nil else { return }
                    do throws(NFTablesError) {
                        try Coexistence.close([chain], to: network, &session.socket)
                    } catch { throw CNIError(.nftables(error)) }
                }
            }
        }
    }

    private func session() throws(CNIError) -> FirewallSession {
        do throws(FirewallError) { return try FirewallSession(layout) } catch { throw CNIError(error) }
    }
}

extension HostRecords {
    /// All that the firewall was told.
    var operations: [Operation] {
        networkFilters.flatMap { $0.install() } + endpointFilters.flatMap { $0.install() }
    }
}

extension Attachment {
    /// Stands for a network to which nothing is attached.
    convenience init(of network: NetworkName, _ layout: StateLayout) throws(CNIError) {
        guard let container = ContainerID("none"), let interface = InterfaceName("none") else {
            throw CNIError(.internalError, "no name for an attachment that is none")
        }
        try self.init(
            collecting: EndpointRecord(
                network: network, attachment: AttachmentID(container: container, interface: interface), sandbox: "",
                boot: "", created: Timestamp(seconds: 0), type: ""), layout)
    }
}

/// Talks to the firewall; what goes wrong becomes an error of the protocol.
func filtering<Result: ~Copyable>(_ body: () throws(FirewallError) -> Result) throws(CNIError) -> Result {
    do throws(FirewallError) { return try body() } catch { throw CNIError(error) }
}
