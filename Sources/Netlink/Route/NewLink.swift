// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import LinuxSystem
package import NetworkTypes

/// A link to be made: what all kinds have in common. What is nil is the kernel's choice.
package struct NewLink: Sendable {
    package var name: InterfaceName
    package var macAddress: MACAddress?
    /// Bytes.
    package var mtu: UInt32?
    /// The bridge that the link becomes a port of.
    package var master: InterfaceIndex?
    /// The link below, for kinds that have one.
    package var parent: InterfaceIndex?
    /// Packets.
    package var transmitQueueLength: UInt32?
    package var isUp: Bool
    /// Where the link is made; nil: where the socket is.
    var namespace: NamespaceDescriptor?

    package init(
        _ name: InterfaceName, macAddress: MACAddress? = nil, mtu: UInt32? = nil, master: InterfaceIndex? = nil,
        parent: InterfaceIndex? = nil, transmitQueueLength: UInt32? = nil, isUp: Bool = false
    ) {
        self.name = name
        self.macAddress = macAddress
        self.mtu = mtu
        self.master = master
        self.parent = parent
        self.transmitQueueLength = transmitQueueLength
        self.isUp = isUp
    }

    var header: ifinfomsg {
        var header = ifinfomsg()
        // Flag and mask of the same bit: no other flag is touched.
        header.ifi_flags = isUp ? LinkFlags.up.rawValue : 0
        header.ifi_change = header.ifi_flags
        return header
    }

    func encode(into link: inout AttributeWriter<LinkAttributes>) {
        link.put(.name, name)
        link.put(.address, macAddress)
        link.put(.mtu, mtu)
        link.put(.master, master)
        link.put(.parent, parent)
        link.put(.transmitQueueLength, transmitQueueLength)
        link.put(.namespace, namespace)
    }
}

extension NewLink {
    func encode<Options: LinkOptions>(_ options: Options, into link: inout AttributeWriter<LinkAttributes>) {
        encode(into: &link)
        link.nest(.info) { info in
            info.put(.kind, Options.kind)
            info.nest(.data()) { data in options.encode(into: &data) }
        }
    }

    /// As typed at a shell.
    func command<Options: LinkOptions>(_ options: Options) -> String {
        let details = options.description
        return "link add \(name) type \(Options.kind)" + (details.isEmpty ? "" : " \(details)")
    }
}

extension RouteSocket {
    /// `ip link add NAME type KIND`, up and enslaved in the same request if asked for.
    ///
    /// - Returns: the index of the link.
    /// - Throws: `isAlreadyExists`; `isNotSupported` when this kernel lacks the kind or one of the options.
    @discardableResult
    package mutating func addLink<Options: LinkOptions>(
        _ link: NewLink, _ options: Options
    ) throws(NetlinkError) -> InterfaceIndex {
        try makeLink(link, options).index
    }

    /// `ip link add NAME type KIND` with the new link in `sandbox`, while its parent, if it has one, is here.
    ///
    /// - Throws: as ``addLink(_:_:)``. The index is known in `sandbox` only.
    package mutating func addLink<Options: LinkOptions>(
        _ link: NewLink, _ options: Options, in sandbox: borrowing NetworkNamespace
    ) throws(NetlinkError) {
        var link = link
        link.namespace = NamespaceDescriptor(borrowing: sandbox)
        // Without echo: the kernel would look for the asker in the namespace of the link.
        let operation = link.command(options) + " netns \(sandbox.path)"
        try submit(.newLink, [.create, .exclusive], header: link.header, operation) { attributes in
            link.encode(options, into: &attributes)
        }
    }

    /// Makes a link and returns it as the kernel echoes it, which is before it gets its master.
    mutating func makeLink<Options: LinkOptions>(_ link: NewLink, _ options: Options) throws(NetlinkError) -> Link {
        var made: Link?
        try netlink.executeEchoed(
            .newLink, [.create, .exclusive], header: link.header, link.command(options)
        ) { attributes in
            link.encode(options, into: &attributes)
        } onEcho: { payload throws(Malformation) in
            made = try Link(decoding: payload)
        }
        if let made { return made }
        // Kernels before 6.2 do not echo new links.
        return try self.link(named: link.name)
    }
}
