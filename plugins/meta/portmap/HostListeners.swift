// SPDX-License-Identifier: Apache-2.0
internal import CNI
internal import Netlink
internal import NetworkTypes
internal import SwnetPipeline
internal import SwnetState

/// Programs of the host that listen on a port that is published: they get no connection from outside any more.
///
/// A warning and no refusal, because container runtimes hold the ports that they publish themselves.
enum HostListeners {
    /// Beyond this many ports nobody reads the warnings, and the look-ups would be felt.
    private static let limit = 16

    static func warn(about ports: [PublishedPort], _ attachment: Attachment) {
        guard ports.count <= limit else { return }
        do throws(NetlinkError) {
            var diagnostics = try SocketDiagnostics()
            for port in ports {
                guard let address = reachable(port) else { continue }
                guard let socket = try diagnostics.sockets(at: port.hostPort, port.transport, address: address).first
                else { continue }
                attachment.warn(
                    "host port \(port): a program of user \(socket.userID) listens on \(socket.address) (socket "
                        + "\(socket.inode)); new connections go to the container now")
            }
        } catch { attachment.warn("could not look for programs that listen on published ports: \(error)") }
    }

    /// An address to look up, which costs the same however many sockets there are. Who listens on every address listens
    /// on loopback too.
    private static func reachable(_ port: PublishedPort) -> IPAddress? {
        guard let address = port.hostAddress, !address.isUnspecified else {
            return IPAddress(port.hostAddress?.family == .ipv6 ? "::1" : "127.0.0.1")
        }
        return address
    }
}
