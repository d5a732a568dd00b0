// SPDX-License-Identifier: Apache-2.0
package import CNI
package import NFTables
package import NetworkTypes

/// Lets one port of a bridge send frames with one source address only: `macspoofchk`.
///
/// A table of its own, since frames do not pass the family inet. Its one rule is constant; a port is an element in each of
/// two sets.
package struct PortGuard: Hashable, Sendable {
    package static let table = Table(.bridge, "swnet", comment: "swnet container networks")
    package static let guardedPorts = NamedSet<InterfaceName>(
        "guarded_ports", comment: "ports with one sender each")
    package static let senders = NamedSet<Concat<InterfaceName, MACAddress>>("senders")
    static let prerouting = Chain("prerouting", .init(.filter, .prerouting, .bridgeDestinationNAT))

    package let port: InterfaceName
    package let sender: MACAddress

    package init(port: InterfaceName, sender: MACAddress) {
        self.port = port
        self.sender = sender
    }

    private var key: Concat<InterfaceName, MACAddress> { Concat(port, sender) }

    /// Everything at once, the rule included: it is so little that asking what is there would cost as much.
    package var installation: Transaction {
        let path = Selector<InterfaceName>.inputInterface.concat(Selector<MACAddress>.source)
        return Transaction(
            Self.table,
            [
                .add(.table), .add(Self.guardedPorts), .add(Self.senders), .add(Self.prerouting),
                .flush(Self.prerouting),
                .addRule(
                    Rule(
                        in: Self.prerouting, .match(.inputInterface, in: Self.guardedPorts),
                        .match(path, notIn: Self.senders), .verdict(.drop))),
                Self.senders.add(key), Self.guardedPorts.add(port),
            ])
    }

    package var withdrawal: Transaction {
        Transaction(Self.table, [Self.guardedPorts.delete(port), Self.senders.delete(key)])
    }

    package func install() throws(CNIError) {
        try filteringFrames { socket throws(NFTablesError) in try socket.commit(installation) }
    }

    /// Nothing to withdraw is success.
    package func withdraw() throws(CNIError) {
        _ = try filteringFrames { socket throws(NFTablesError) in try socket.commitToleratingMissing(withdrawal) }
    }

    package func check() throws(CNIError) {
        let isInstalled = try filteringFrames { socket throws(NFTablesError) in
            let isGuarded = try socket.contains(port, in: Self.guardedPorts, of: Self.table)
            return isGuarded ? try socket.contains(key, in: Self.senders, of: Self.table) : false
        }
        guard isInstalled else {
            throw CNIError(
                .drifted, "nftables table bridge swnet does not guard \(port) against forged senders any more")
        }
    }
}

private func filteringFrames<Result>(
    _ body: (inout NFTablesSocket) throws(NFTablesError) -> Result
) throws(CNIError) -> Result {
    do throws(NFTablesError) {
        var socket = try NFTablesSocket()
        return try body(&socket)
    } catch {
        guard error.isNotSupported || error.isNotFound else { throw CNIError(.nftables(error)) }
        throw CNIError(
            .internalError,
            "\(error): checking the sender of frames needs a kernel with CONFIG_NF_TABLES_BRIDGE; leave macspoofchk out"
        )
    }
}
