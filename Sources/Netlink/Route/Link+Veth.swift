// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import LinuxSystem
package import NetworkTypes

/// `VETH_INFO_*`.
package enum VethAttributes: AttributeSpace {}

extension Attribute<VethAttributes, HeadedNest<ifinfomsg, LinkAttributes>> {
    static var peer: Self { Self(VETH_INFO_PEER) }
}

extension LinkKind {
    package static var veth: Self { Self(rawValue: "veth") }
}

/// The other end of a veth pair.
///
/// The kernel makes it with its name, MTU and MAC where it belongs, but it ignores a master and refuses
/// (`ENOTCONN`) an end that is up before the pair is complete.
package struct VethPeer: LinkOptions, Sendable {
    package var peer: NewLink

    package init(_ peer: NewLink) { self.peer = peer }

    package static var kind: LinkKind { .veth }

    package func encode(into data: inout AttributeWriter<VethAttributes>) {
        data.nest(.peer, header: peer.header) { end in peer.encode(into: &end) }
    }

    package var description: String { "peer name \(peer.name)" }
}

/// Where the two ends of a new veth pair are.
package struct VethPair: Hashable, Sendable {
    /// Index of the host end, where the socket is.
    package let host: InterfaceIndex
    package let hostMACAddress: MACAddress?
    /// Index of the peer in its own namespace.
    package let peer: InterfaceIndex
}

extension RouteSocket {
    /// `ip link add HOST type veth peer name PEER netns SANDBOX`: the host end here, up and enslaved in the same request if
    /// asked for, the peer born inside `sandbox` with its final name, MTU and MAC address. There is no move to undo.
    ///
    /// The peer is not up: that takes a request in `sandbox`, which can share a send with addresses and routes.
    ///
    /// - Throws: `isAlreadyExists` when either name is taken; then nothing was made.
    package mutating func addVethPair(
        _ host: NewLink, peer: NewLink, in sandbox: borrowing NetworkNamespace
    ) throws(NetlinkError) -> VethPair {
        var end = peer
        end.namespace = NamespaceDescriptor(borrowing: sandbox)
        let made = try makeLink(host, VethPeer(end))
        guard let peerIndex = made.parent else {
            throw NetlinkError(operation: host.command(VethPeer(end)), cause: .malformed(.missingReply))
        }
        return VethPair(host: made.index, hostMACAddress: made.macAddress, peer: peerIndex)
    }
}
