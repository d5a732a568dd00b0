// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
internal import Glibc
package import LinuxSystem
package import NetworkTypes

/// Who listens on which port in one network namespace.
///
/// - SeeAlso: sock_diag(7), ss(8).
package struct SocketDiagnostics: ~Copyable {
    private var netlink: NetlinkSocket

    /// Looks at the calling thread's network namespace.
    package init() throws(NetlinkError) { netlink = try NetlinkSocket(.socketDiagnostics) }

    package init(in namespace: borrowing NetworkNamespace) throws(NetlinkError) {
        netlink = try NetlinkSocket(.socketDiagnostics, in: namespace)
    }

    /// The sockets that take new connections, or datagrams from anyone, at `port`.
    ///
    /// - Parameter address: For one address the kernel looks up the socket that a packet to it would reach, which may be
    ///   bound to all addresses. Nil asks for every socket with this port, whatever its address.
    /// - Returns: nothing too when this kernel cannot look into the protocol.
    package mutating func sockets(
        at port: Port, _ protocol: L4Protocol, address: IPAddress? = nil
    ) throws(NetlinkError) -> [BoundSocket] {
        guard let address, !address.isUnspecified else {
            let ipv4 = try allSockets(at: port, `protocol`, .ipv4)
            return try ipv4 + allSockets(at: port, `protocol`, .ipv6)
        }
        return try socket(at: port, `protocol`, address).map { [$0] } ?? []
    }

    private mutating func socket(
        at port: Port, _ protocol: L4Protocol, _ address: IPAddress
    ) throws(NetlinkError) -> BoundSocket? {
        var header = inet_diag_req_v2(`protocol`, address.family)
        let words = address.words
        // The look-up of UDP sockets has source and destination swapped "for historical reasons" (udp_diag.c).
        if `protocol` == .udp {
            header.id.idiag_dport = port.rawValue.bigEndian
            header.id.idiag_dst = words
        } else {
            header.id.idiag_sport = port.rawValue.bigEndian
            header.id.idiag_src = words
        }
        header.id.idiag_cookie = (.max, .max)
        do throws(NetlinkError) {
            return try netlink.get(
                .socketByFamily, header: header, "socket show \(`protocol`) \(address) port \(port)"
            ) { _ in
            } decode: { payload throws(Malformation) in
                try BoundSocket(decoding: payload)
            }
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    private mutating func allSockets(
        at port: Port, _ protocol: L4Protocol, _ family: IPFamily
    ) throws(NetlinkError) -> [BoundSocket] {
        var header = inet_diag_req_v2(`protocol`, family)
        header.id.idiag_sport = port.rawValue.bigEndian
        do throws(NetlinkError) {
            return try netlink.dump(.socketByFamily, header: header, "socket show \(`protocol`) port \(port)") {
                payload throws(Malformation) in
                let socket = try BoundSocket(decoding: payload)
                return socket.port == port ? socket : nil
            }
        } catch {
            if error.isNotFound { return [] }
            throw error
        }
    }
}

/// A socket that waits for strangers.
package struct BoundSocket: Hashable, Sendable {
    /// Unspecified: all addresses; `::` may mean IPv4 as well.
    package let address: IPAddress
    package let port: Port
    /// As in `/proc/PID/fd`: `socket:[INODE]`.
    package let inode: UInt32
    package let userID: UInt32

    /// Decodes a `struct inet_diag_msg`.
    init(decoding payload: RawSpan) throws(Malformation) {
        let message = try payload.header(as: inet_diag_msg.self)
        let address = unsafe withUnsafeBytes(of: message.id.idiag_src) { bytes in
            unsafe IPAddress(bytes: bytes.prefix(message.idiag_family == UInt8(AF_INET) ? 4 : 16))
        }
        guard let address, let port = Port(Int(UInt16(bigEndian: message.id.idiag_sport))) else { throw .invalidValue }
        self.address = address
        self.port = port
        inode = message.idiag_inode
        userID = message.idiag_uid
    }
}

/// The requests used here need no attributes.
package enum SocketDiagnosticsAttributes: AttributeSpace {}

extension MessageType<inet_diag_req_v2, SocketDiagnosticsAttributes> {
    static var socketByFamily: Self { Self(Int(SOCK_DIAG_BY_FAMILY)) }
}

extension inet_diag_req_v2 {
    fileprivate init(_ protocol: L4Protocol, _ family: IPFamily) {
        self.init()
        sdiag_family = family.netlink
        sdiag_protocol = `protocol`.number
        // A UDP socket without a remote end counts as closed; one with a remote end hears nobody else.
        let closed = 7
        let listening = 10
        idiag_states = 1 << (`protocol` == .udp ? closed : listening)
    }
}

extension IPAddress {
    /// Four words in network byte order; an IPv4 address is the first.
    fileprivate var words: (UInt32, UInt32, UInt32, UInt32) {
        switch self {
        case .ipv4(let address): (address.rawValue.bigEndian, 0, 0, 0)
        case .ipv6(let address):
            unsafe unsafeBitCast(address.rawValue.bigEndian, to: (UInt32, UInt32, UInt32, UInt32).self)
        }
    }
}
