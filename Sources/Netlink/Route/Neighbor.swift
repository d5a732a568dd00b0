// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// What the host knows about an address on one of its links: ARP and neighbour discovery.
package struct Neighbor: Hashable, Sendable {
    package var address: IPAddress
    package var interface: InterfaceIndex
    /// Nil while the address is not resolved.
    package var macAddress: MACAddress?
    package var state: NeighborState

    package init(
        _ address: IPAddress, on interface: InterfaceIndex, at macAddress: MACAddress?,
        state: NeighborState = .permanent
    ) {
        self.address = address
        self.interface = interface
        self.macAddress = macAddress
        self.state = state
    }

    /// Decodes an `RTM_NEWNEIGH` payload; nil for families other than IPv4 and IPv6.
    init?(decoding payload: RawSpan) throws(Malformation) {
        let header = try payload.header(as: ndmsg.self)
        guard IPFamily(netlink: header.ndm_family) != nil else { return nil }
        var address: IPAddress?
        var macAddress: MACAddress?
        try payload.forEachAttribute(after: ndmsg.self) { type, value throws(Malformation) in
            switch type {
            case NDA_DST: address = try IPAddress(attribute: value)
            case NDA_LLADDR: macAddress = try MACAddress(attribute: value)
            default: break
            }
        }
        guard let address else { throw .invalidValue }
        let interface = InterfaceIndex(rawValue: header.ndm_ifindex)
        self.init(address, on: interface, at: macAddress, state: NeighborState(rawValue: header.ndm_state))
    }

    fileprivate var header: ndmsg {
        var header = ndmsg()
        header.ndm_family = address.family.netlink
        header.ndm_ifindex = interface.rawValue
        header.ndm_state = state.rawValue
        return header
    }
}

extension Neighbor: CustomStringConvertible {
    package var description: String {
        "\(address) dev index \(interface)" + (macAddress.map { " lladdr \($0)" } ?? "")
    }
}

/// `NUD_*`.
package struct NeighborState: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    private init(_ state: Int32) { rawValue = UInt16(truncatingIfNeeded: state) }

    package static var incomplete: Self { Self(NUD_INCOMPLETE) }
    package static var reachable: Self { Self(NUD_REACHABLE) }
    package static var stale: Self { Self(NUD_STALE) }
    package static var failed: Self { Self(NUD_FAILED) }
    /// Never checked and never forgotten.
    package static var permanent: Self { Self(NUD_PERMANENT) }
}

/// `NDA_*`.
package enum NeighborAttributes: AttributeSpace {}

extension MessageType<ndmsg, NeighborAttributes> {
    static var newNeighbor: Self { Self(RTM_NEWNEIGH) }
    static var deleteNeighbor: Self { Self(RTM_DELNEIGH) }
    static var getNeighbor: Self { Self(RTM_GETNEIGH) }
}

extension Attribute<NeighborAttributes, IPAddress> {
    static var destination: Self { Self(NDA_DST) }
}

extension Attribute<NeighborAttributes, MACAddress> {
    static var linkLayerAddress: Self { Self(NDA_LLADDR) }
}

extension Attribute<NeighborAttributes, InterfaceIndex> {
    static var interface: Self { Self(NDA_IFINDEX) }
}

extension RouteRequests where Self: ~Copyable {
    /// `ip neighbour add`.
    ///
    /// - Throws: `isAlreadyExists` when the address has an entry on the interface.
    package mutating func addNeighbor(_ neighbor: Neighbor) throws(Failure) {
        try put(neighbor, [.create, .exclusive], "add")
    }

    /// `ip neighbour replace`.
    package mutating func replaceNeighbor(_ neighbor: Neighbor) throws(Failure) {
        try put(neighbor, [.create, .replace], "replace")
    }

    private mutating func put(_ neighbor: Neighbor, _ flags: RequestFlags, _ verb: String) throws(Failure) {
        try submit(.newNeighbor, flags, header: neighbor.header, "neighbour \(verb) \(neighbor)") { entry in
            entry.put(.destination, neighbor.address)
            entry.put(.linkLayerAddress, neighbor.macAddress)
        }
    }

    /// `ip neighbour delete`.
    ///
    /// - Throws: `isNotFound` when there is no such entry.
    package mutating func deleteNeighbor(_ address: IPAddress, on interface: InterfaceIndex) throws(Failure) {
        var header = ndmsg()
        header.ndm_family = address.family.netlink
        header.ndm_ifindex = interface.rawValue
        try submit(
            .deleteNeighbor, [], header: header, "neighbour delete \(address) dev index \(interface)"
        ) { $0.put(.destination, address) }
    }
}

extension RouteSocket {
    /// `ip neighbour show [dev INTERFACE]`, of one family or both.
    package mutating func neighbors(
        on interface: InterfaceIndex? = nil, _ family: IPFamily? = nil
    ) throws(NetlinkError) -> [Neighbor] {
        var header = ndmsg()
        header.ndm_family = family?.netlink ?? 0
        return try netlink.dump(.getNeighbor, header: header, "neighbour show") { entry in
            entry.put(.interface, interface)
        } decode: { payload throws(Malformation) in
            try Neighbor(decoding: payload)
        }
    }
}
