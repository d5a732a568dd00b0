// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes

/// Everybody who asks over TCP. There are never more than a limit, nor of one client: then whoever was silent the longest
/// makes room, so that nobody keeps others away by holding connections open.
final class Connections {
    private static let limit = 256
    private static let limitPerClient = 64
    /// In milliseconds. RFC 7766 section 6.2.3.
    private static let idleTime = 10_000

    private let sources: EventSources
    private var connections: [UInt64: Connection] = [:]

    init(_ sources: EventSources) { self.sources = sources }

    var count: Int { connections.count }

    subscript(token: UInt64) -> Connection? { connections[token] }

    func add(_ stream: consuming Stream, _ client: IPAddress, on network: NetworkName, at now: Int) {
        let ofClient = connections.values.filter { $0.client == client }
        if ofClient.count >= Self.limitPerClient {
            closeIdlest(of: ofClient)
        } else if connections.count >= Self.limit {
            closeIdlest(of: Array(connections.values))
        }
        let token = sources.makeToken()
        let connection = Connection(stream, client, on: network, token: token, at: now)
        // What cannot be watched is closed, and its client tries again.
        do throws(SystemError) {
            try sources.add(connection.stream.descriptor, token: token, .connection(connection))
            connections[token] = connection
        } catch {}
    }

    func close(_ connection: Connection) {
        sources.remove(connection.token)
        connections[connection.token] = nil
    }

    /// Sends what waits, and waits for what is to come.
    func flush(_ connection: Connection, at now: Int) {
        guard connection.flush(at: now) else { return close(connection) }
        sources.watch(connection.stream.descriptor, for: connection.interest, token: connection.token)
    }

    /// Closes those of which nothing was heard for a while.
    func sweep(at now: Int) {
        for connection in connections.values where connection.lastUse + Self.idleTime <= now { close(connection) }
    }

    /// Makes room when descriptors run out.
    func closeIdlest() { closeIdlest(of: Array(connections.values)) }

    private func closeIdlest(of candidates: [Connection]) {
        if let idlest = candidates.min(by: { $0.lastUse < $1.lastUse }) { close(idlest) }
    }
}
