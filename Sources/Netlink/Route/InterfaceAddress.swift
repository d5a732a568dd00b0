// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

/// An address of an interface.
package struct InterfaceAddress: Hashable, Sendable {
    package private(set) var interface: InterfaceIndex
    /// The interface's own address, and the length of the prefix that it is on.
    package private(set) var prefix: IPPrefix
    /// The address at the other end, if it differs.
    package private(set) var peer: IPAddress?
    package private(set) var broadcast: IPAddress?
    package private(set) var scope: RouteScope
    package private(set) var flags: AddressFlags

    /// Decodes an `RTM_NEWADDR` payload; nil for families other than IPv4 and IPv6.
    init?(decoding payload: RawSpan) throws(Malformation) {
        let header = try payload.header(as: ifaddrmsg.self)
        guard IPFamily(netlink: header.ifa_family) != nil else { return nil }
        var local: IPAddress?
        var address: IPAddress?
        var broadcast: IPAddress?
        var flags = AddressFlags(rawValue: UInt32(header.ifa_flags))
        try payload.forEachAttribute(after: ifaddrmsg.self) { type, value throws(Malformation) in
            switch type {
            case IFA_LOCAL: local = try IPAddress(attribute: value)
            case IFA_ADDRESS: address = try IPAddress(attribute: value)
            case IFA_BROADCAST: broadcast = try IPAddress(attribute: value)
            case IFA_FLAGS: flags = AddressFlags(rawValue: try value.load(as: UInt32.self))
            default: break
            }
        }
        // IPv6 leaves IFA_LOCAL out unless there is a peer.
        guard let own = local ?? address, let prefix = IPPrefix(own, length: Int(header.ifa_prefixlen)) else {
            throw .invalidValue
        }
        self.prefix = prefix
        peer = address == own ? nil : address
        self.broadcast = broadcast
        self.flags = flags
        scope = RouteScope(rawValue: header.ifa_scope)
        interface = InterfaceIndex(rawValue: Int32(truncatingIfNeeded: header.ifa_index))
    }
}

/// `IFA_F_*`, as ip-address(8).
package struct AddressFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ flag: Int32) { rawValue = UInt32(bitPattern: flag) }

    /// Usable at once, without duplicate address detection. Only IPv6 has that; IPv4 addresses are added without it.
    package static var noDuplicateDetection: Self { Self(IFA_F_NODAD) }
    /// No route to the prefix is made.
    package static var noPrefixRoute: Self { Self(IFA_F_NOPREFIXROUTE) }
    /// Not usable yet: duplicate address detection is under way.
    package static var tentative: Self { Self(IFA_F_TENTATIVE) }
    /// Not usable: someone else has it.
    package static var duplicate: Self { Self(IFA_F_DADFAILED) }
    /// Has no lifetime; set by the kernel.
    package static var permanent: Self { Self(IFA_F_PERMANENT) }
    /// Another address of the same prefix came first; set by the kernel.
    package static var secondary: Self { Self(IFA_F_SECONDARY) }
}

/// `IFA_*`.
package enum AddressAttributes: AttributeSpace {}

extension MessageType<ifaddrmsg, AddressAttributes> {
    static var newAddress: Self { Self(RTM_NEWADDR) }
    static var deleteAddress: Self { Self(RTM_DELADDR) }
    static var getAddress: Self { Self(RTM_GETADDR) }
}

extension Attribute<AddressAttributes, IPAddress> {
    static var local: Self { Self(IFA_LOCAL) }
    static var address: Self { Self(IFA_ADDRESS) }
    static var broadcast: Self { Self(IFA_BROADCAST) }
}

extension Attribute<AddressAttributes, UInt32> {
    static var flags: Self { Self(IFA_FLAGS) }
}

extension RouteRequests where Self: ~Copyable {
    /// `ip address add PREFIX dev INTERFACE`, with the broadcast address that goes with an IPv4 prefix.
    ///
    /// - Throws: `isAlreadyExists` when the interface has the address; `isNotFound` when there is no such interface.
    package mutating func addAddress(
        _ prefix: IPPrefix, to interface: InterfaceIndex, _ flags: AddressFlags = [], scope: RouteScope = .universe
    ) throws(Failure) {
        try putAddress(prefix, interface, flags, scope, [.create, .exclusive], "add")
    }

    /// `ip address replace PREFIX dev INTERFACE`: as ``addAddress(_:to:_:scope:)``, and fine when it is there.
    package mutating func replaceAddress(
        _ prefix: IPPrefix, on interface: InterfaceIndex, _ flags: AddressFlags = [], scope: RouteScope = .universe
    ) throws(Failure) {
        try putAddress(prefix, interface, flags, scope, [.create, .replace], "replace")
    }

    private mutating func putAddress(
        _ prefix: IPPrefix, _ interface: InterfaceIndex, _ flags: AddressFlags, _ scope: RouteScope,
        _ request: RequestFlags, _ verb: String
    ) throws(Failure) {
        var header = ifaddrmsg(prefix, interface)
        header.ifa_scope = scope.rawValue
        let flags = prefix.family == .ipv4 ? flags.subtracting(.noDuplicateDetection) : flags
        try submit(.newAddress, request, header: header, "address \(verb) \(prefix) dev index \(interface)") {
            address in
            address.put(.local, prefix.address)
            address.put(.address, prefix.address)
            // Point-to-point and single-address prefixes have no broadcast address; IPv6 has none at all.
            if prefix.family == .ipv4, prefix.hostBits > 1 { address.put(.broadcast, prefix.last) }
            if !flags.isEmpty { address.put(.flags, flags.rawValue) }
        }
    }

    /// `ip address delete PREFIX dev INTERFACE`.
    ///
    /// - Throws: `isNotFound` when the interface is not there or does not have the address.
    package mutating func deleteAddress(_ prefix: IPPrefix, from interface: InterfaceIndex) throws(Failure) {
        let operation = "address delete \(prefix) dev index \(interface)"
        try submit(.deleteAddress, [], header: ifaddrmsg(prefix, interface), operation) { address in
            address.put(.local, prefix.address)
            address.put(.address, prefix.address)
        }
    }
}

extension RouteSocket {
    /// `ip address show [dev INTERFACE]`, of one family or both.
    package mutating func addresses(
        of interface: InterfaceIndex? = nil, _ family: IPFamily? = nil
    ) throws(NetlinkError) -> [InterfaceAddress] {
        var header = ifaddrmsg()
        header.ifa_family = family?.netlink ?? 0
        header.ifa_index = UInt32(bitPattern: interface?.rawValue ?? 0)
        return try netlink.dump(.getAddress, header: header, "address show") { payload throws(Malformation) in
            try InterfaceAddress(decoding: payload)
        }
    }
}

extension ifaddrmsg {
    fileprivate init(_ prefix: IPPrefix, _ interface: InterfaceIndex) {
        self.init()
        ifa_family = prefix.family.netlink
        ifa_prefixlen = UInt8(prefix.length)
        ifa_index = UInt32(bitPattern: interface.rawValue)
    }
}
