// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// Makes the kernel trace the packets of exactly one flow, for as long as this lives.
///
/// It takes a table of its own, which belongs to its socket: the kernel removes it when the socket is closed, also that of
/// a program that was killed.
package struct FlowMarker: ~Copyable {
    private let socket: NFTablesSocket

    /// The packets of one direction.
    package struct Flow: Hashable, Sendable {
        package let transport: L4Protocol
        package let source: IPAddress
        package let sourcePort: UInt16
        package let destination: IPAddress
        package let destinationPort: UInt16

        package init(
            _ transport: L4Protocol, from source: IPAddress, _ sourcePort: UInt16, to destination: IPAddress,
            _ destinationPort: UInt16
        ) {
            self.transport = transport
            self.source = source
            self.sourcePort = sourcePort
            self.destination = destination
            self.destinationPort = destinationPort
        }
    }

    /// Before everything else at their hooks, what counts as raw included.
    private static let priority = Priority(rawValue: -400)

    /// - Parameters:
    ///   - name: Of the table; nobody else may have one of this name.
    package init(_ flow: Flow, table name: String) throws(NFTablesError) {
        var socket = try NFTablesSocket()
        try socket.commit(Self.transaction(flow, table: name))
        self.socket = socket
    }

    /// What makes the table.
    static func transaction(_ flow: Flow, table name: String) -> Transaction {
        let table = Table(.inet, name, comment: "swnet trace, gone when it ends", isOwned: true)
        let chains = [
            Chain("prerouting", .init(.filter, .prerouting, priority)),
            Chain("output", .init(.filter, .output, priority)),
        ]
        let rules = chains.map { chain in
            Rule(
                in: chain, .prefix(.source, IPPrefix(host: flow.source), isNegated: false),
                .prefix(.destination, IPPrefix(host: flow.destination), isNegated: false),
                .transport(flow.transport), .port(.source, flow.sourcePort), .port(.destination, flow.destinationPort),
                .trace)
        }
        return Transaction(table, [.create(.table)] + chains.map { .add($0) } + rules.map { .addRule($0) })
    }
}
