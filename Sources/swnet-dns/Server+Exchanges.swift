// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import SwnetResolver

/// Servers are asked, and answer.
extension Server {
    func ask(
        _ id: ExchangeID, _ transport: Client.Transport, _ upstream: Upstream, _ query: [UInt8]
    ) throws(SystemError) {
        let token = sources.makeToken()
        switch transport {
        case .udp:
            let exchange = try DatagramExchange(id, upstream, query)
            try sources.add(exchange.socket.descriptor, token: token, .datagramExchange(exchange))
        case .tcp:
            let exchange = try StreamExchange(id, upstream, query)
            try sources.add(exchange.stream.descriptor, for: .writing, token: token, .streamExchange(exchange))
        }
        exchanges[id] = token
    }

    func receive(for exchange: DatagramExchange) {
        // A wrong answer may come before the right one.
        while exchanges[exchange.id] != nil {
            do throws(SystemError) {
                guard let count = try exchange.socket.receive(into: &buffer) else { return }
                perform(
                    resolver.receiveAnswer(
                        buffer, count: count, for: exchange.id, from: exchange.upstream, at: time, using: &random))
            } catch { return fail(exchange.id) }
        }
    }

    func goOn(with exchange: StreamExchange, _ token: UInt64) {
        if exchange.interest == .writing {
            guard exchange.send() else { return fail(exchange.id) }
            sources.watch(exchange.stream.descriptor, for: exchange.interest, token: token)
            return
        }
        switch exchange.receive(&buffer) {
        case .waiting: break
        case .failure: fail(exchange.id)
        case .answer(let octets):
            perform(
                resolver.receiveAnswer(octets, for: exchange.id, from: exchange.upstream, at: time, using: &random))
            // What the resolver did not believe is all that comes.
            if exchanges[exchange.id] != nil { fail(exchange.id) }
        }
    }

    private func fail(_ id: ExchangeID) { perform(resolver.exchangeFailed(id, at: time, using: &random)) }
}
