// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import LinuxSystem
package import NetworkTypes

/// One word of `ip link set`. A new name and a move have requests of their own.
package enum LinkChange: Sendable {
    case up
    case down
    /// Bytes.
    case mtu(UInt32)
    case macAddress(MACAddress)
    /// Nil takes the link out of its bridge.
    case master(InterfaceIndex?)
    case promiscuous(Bool)
    case allMulticast(Bool)
    /// Packets.
    case transmitQueueLength(UInt32)
    /// At most 255 bytes; empty removes it.
    case alias(String)

    /// The one flag that changes, and whether it is set.
    private var flag: (LinkFlags, Bool)? {
        switch self {
        case .up: (.up, true)
        case .down: (.up, false)
        case .promiscuous(let on): (.promiscuous, on)
        case .allMulticast(let on): (.allMulticast, on)
        default: nil
        }
    }

    /// Flag and mask of the same bit: no other flag is touched.
    func apply(to header: inout ifinfomsg) {
        guard let (flag, isSet) = flag else { return }
        header.ifi_change |= flag.rawValue
        if isSet { header.ifi_flags |= flag.rawValue } else { header.ifi_flags &= ~flag.rawValue }
    }

    func encode(into link: inout AttributeWriter<LinkAttributes>) {
        switch self {
        case .up, .down, .promiscuous, .allMulticast: break
        case .mtu(let mtu): link.put(.mtu, mtu)
        case .macAddress(let address): link.put(.address, address)
        case .master(let master): link.put(.master, master ?? InterfaceIndex(rawValue: 0))
        case .transmitQueueLength(let length): link.put(.transmitQueueLength, length)
        case .alias(let alias): link.put(.alias, alias)
        }
    }
}

extension LinkChange: CustomStringConvertible {
    package var description: String {
        switch self {
        case .up: "up"
        case .down: "down"
        case .mtu(let mtu): "mtu \(mtu)"
        case .macAddress(let address): "address \(address)"
        case .master(let master?): "master index \(master)"
        case .master(nil): "nomaster"
        case .promiscuous(let on): "promisc \(on ? "on" : "off")"
        case .allMulticast(let on): "allmulticast \(on ? "on" : "off")"
        case .transmitQueueLength(let length): "txqueuelen \(length)"
        case .alias(let alias): "alias \(alias)"
        }
    }
}

extension RouteRequests where Self: ~Copyable {
    /// `ip link set` by index: all changes in one request, which the kernel performs in an order of its own and not
    /// atomically.
    ///
    /// - Throws: `isNotFound` when there is no such link.
    package mutating func setLink(_ index: InterfaceIndex, _ changes: LinkChange...) throws(Failure) {
        try setLink(ifinfomsg(index: index), nil, changes, "index \(index)")
    }

    /// `ip link set NAME`, by the name the link has now.
    ///
    /// - Throws: `isNotFound` when there is no such link.
    package mutating func setLink(named name: InterfaceName, _ changes: LinkChange...) throws(Failure) {
        try setLink(ifinfomsg(), name, changes, name.text)
    }

    private mutating func setLink(
        _ header: ifinfomsg, _ name: InterfaceName?, _ changes: [LinkChange], _ target: @autoclosure () -> String
    ) throws(Failure) {
        var header = header
        for change in changes { change.apply(to: &header) }
        let words = changes.map(\.description).joined(separator: " ")
        try submit(.setLink, [], header: header, "link set \(target()) \(words)") { link in
            link.put(.name, name)
            for change in changes { change.encode(into: &link) }
        }
    }

    /// Makes the kernel announce every address of `interface`, by gratuitous ARP and unsolicited neighbour advertisement.
    ///
    /// It does so when an interface that is up is given a MAC address, be it the one it has, provided that its
    /// `arp_notify` and `ndisc_notify` are set. A packet socket could do the same but takes milliseconds to close. What
    /// the kernel announces when a veth comes up is lost more often than not, since the bridge does not forward yet:
    /// read the host end first, see ``RouteSocket/link(_:)``.
    package mutating func announceAddresses(
        of interface: InterfaceIndex, at macAddress: MACAddress
    ) throws(Failure) {
        try setLink(interface, .macAddress(macAddress))
    }

    /// `ip link set name NAME`. Kernels before 6.2 refuse it while the link is up.
    ///
    /// - Throws: `isAlreadyExists` when the name is taken; `isNotFound` when there is no such link.
    package mutating func renameLink(_ index: InterfaceIndex, to name: InterfaceName) throws(Failure) {
        try submit(.setLink, [], header: ifinfomsg(index: index), "link set index \(index) name \(name)") { link in
            link.put(.name, name)
        }
    }

    /// `ip link set netns NAMESPACE [name NAME]`. The link goes down and may get another index.
    ///
    /// - Throws: `isAlreadyExists` when the name is taken there.
    package mutating func moveLink(
        _ index: InterfaceIndex, to namespace: borrowing NetworkNamespace, renaming name: InterfaceName? = nil
    ) throws(Failure) {
        let descriptor = NamespaceDescriptor(borrowing: namespace)
        let operation = "link set index \(index) netns \(namespace.path)" + (name.map { " name \($0)" } ?? "")
        try submit(.setLink, [], header: ifinfomsg(index: index), operation) { link in
            link.put(.namespace, descriptor)
            link.put(.name, name)
        }
    }

    /// `ip link delete` by index. Both ends of a veth pair go, whichever is named.
    ///
    /// - Throws: `isNotFound` when there is no such link.
    package mutating func deleteLink(_ index: InterfaceIndex) throws(Failure) {
        try submit(.deleteLink, [], header: ifinfomsg(index: index), "link delete index \(index)") { _ in }
    }

    /// `ip link delete NAME`.
    ///
    /// - Throws: `isNotFound` when there is no such link.
    package mutating func deleteLink(named name: InterfaceName) throws(Failure) {
        try submit(.deleteLink, [], header: ifinfomsg(), "link delete \(name)") { link in link.put(.name, name) }
    }
}
