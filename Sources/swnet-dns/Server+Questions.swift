// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import SwnetResolver

/// Questions come in, and answers go out.
extension Server {
    /// Batches taken from one socket before others have their turn.
    private static let rounds = 4

    func receive(at gateway: Gateway) {
        for _ in 0..<Self.rounds {
            let count = batch.receive(from: gateway.datagrams)
            for index in 0..<count { answer(index, at: gateway) }
            flushDatagrams()
            guard count == DatagramBatch.capacity else { return }
        }
    }

    private func answer(_ index: Int, at gateway: Gateway) {
        guard let network = gateway.networks.first, let (count, sender) = batch.load(index, into: &buffer),
            let address = sender.address
        else { return }
        if resolver.answerDirectly(buffer, count: count, from: address, on: network, into: &directAnswer) {
            return send(directAnswer, to: sender, through: gateway)
        }
        readHostServers()
        let client = Client(address, on: network, .udp, token: gateway.token << 16 | UInt64(sender.port))
        perform(resolver.receiveQuery(buffer, count: count, from: client, at: time, using: &random))
    }

    func accept(at gateway: Gateway) {
        // As many as a flood has at once wait for the next turn.
        for _ in 0..<64 {
            do throws(SystemError) {
                guard let accepted = try gateway.listener.accept() else { return }
                guard let network = gateway.networks.first, let sender = accepted.sender,
                    resolver.mayAsk(sender, on: network)
                else { continue }
                connections.add(accepted.take(), sender, on: network, at: now)
            } catch { return connections.closeIdlest() }
        }
    }

    func serve(_ connection: Connection) {
        guard let messages = connection.receive(&buffer, at: now) else { return connections.close(connection) }
        if !messages.isEmpty { readHostServers() }
        for message in messages {
            let client = Client(connection.client, on: connection.network, .tcp, token: connection.token)
            perform(resolver.receiveQuery(message, from: client, at: time, using: &random))
        }
        guard connections[connection.token] != nil else { return }
        connections.flush(connection, at: now)
    }

    /// Servers of the host count from the first question on that comes after they changed.
    func readHostServers() {
        if let upstreams = hostServers.ifChanged() { resolver.setUpstreams(upstreams) }
    }

    /// Does what the resolver says, and what it says to what follows from that.
    func perform(_ actions: [ResolverAction]) {
        var actions = actions
        var index = 0
        while index < actions.count {
            switch actions[index] {
            case .answer(let client, let octets): send(octets, to: client)
            case .ask(let id, let transport, let upstream, let octets):
                do throws(SystemError) { try ask(id, transport, upstream, octets) } catch {
                    actions += resolver.exchangeFailed(id, at: time, using: &random)
                }
            case .close(let id):
                if let token = exchanges.removeValue(forKey: id) { sources.remove(token) }
            }
            index += 1
        }
    }

    private func send(_ octets: [UInt8], to client: Client) {
        switch client.transport {
        case .udp:
            // The network may be gone by now.
            guard case .datagrams(let gateway) = sources[client.token >> 16] else { return }
            let port = UInt16(truncatingIfNeeded: client.token)
            send(octets, to: SocketAddress(client.address, port: port), through: gateway)
        case .tcp:
            guard let connection = connections[client.token] else { return }
            connection.append(octets)
            connections.flush(connection, at: now)
        }
    }

    private func send(_ octets: [UInt8], to receiver: SocketAddress, through gateway: Gateway) {
        if sender !== gateway { flushDatagrams() }
        sender = gateway
        if batch.append(octets, to: receiver) { return }
        flushDatagrams()
        sender = gateway
        _ = batch.append(octets, to: receiver)
    }

    func flushDatagrams() {
        guard let gateway = sender else { return }
        batch.flush(to: gateway.datagrams)
        sender = nil
    }
}
