// SPDX-License-Identifier: Apache-2.0
package import NetworkTypes

/// Where a question came from and its answer goes.
package struct Client: Hashable, Sendable {
    package enum Transport: Hashable, Sendable {
        case udp
        case tcp
    }

    package let address: IPAddress
    /// On which network's gateway it came in.
    package let network: NetworkName
    package let transport: Transport
    /// Whatever the caller needs to find the socket, the port or the connection again.
    package let token: UInt64

    package init(_ address: IPAddress, on network: NetworkName, _ transport: Transport, token: UInt64) {
        self.address = address
        self.network = network
        self.transport = transport
        self.token = token
    }
}
