// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes

/// An address of the host at which containers ask, over UDP and TCP.
final class Gateway {
    let address: IPAddress
    let port: UInt16
    let datagrams: DatagramSocket
    let listener: StreamListener
    /// Of ``datagrams``, which answers are sent from.
    let token: UInt64
    let listenerToken: UInt64
    /// Whose containers ask here. Two networks may share a bridge.
    var networks: [NetworkName] = []

    init(_ address: IPAddress, port: UInt16, _ sources: EventSources) throws(SystemError) {
        let datagrams = try DatagramSocket(boundTo: address, port: port)
        let listener = try StreamListener(boundTo: address, port: port)
        self.address = address
        self.port = port
        self.datagrams = datagrams
        self.listener = listener
        token = sources.makeToken()
        listenerToken = sources.makeToken()
        try sources.add(self.datagrams.descriptor, token: token, .datagrams(self))
        do throws(SystemError) {
            try sources.add(self.listener.descriptor, token: listenerToken, .listener(self))
        } catch {
            sources.remove(token)
            throw error
        }
    }
}
