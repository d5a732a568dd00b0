// SPDX-License-Identifier: Apache-2.0

/// What the caller has to do. Nothing comes back but through the events of ``Resolver``.
package enum ResolverAction: Hashable, Sendable {
    /// Sends octets to who asked; over TCP with their length in front.
    case answer(Client, [UInt8])
    /// Sends octets to a server, from a socket made for this exchange alone so that the port cannot be guessed, and reports
    /// what comes back from that server, or that it cannot be reached.
    case ask(ExchangeID, Client.Transport, Upstream, [UInt8])
    /// Closes the socket of an exchange.
    case close(ExchangeID)
}

/// One question to one server.
package struct ExchangeID: Hashable, Sendable {
    let rawValue: UInt64
}
