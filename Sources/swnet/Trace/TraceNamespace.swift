// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NFTables
internal import Netlink
internal import NetworkTypes
internal import SystemPackage

/// A network namespace that a packet passes through: its links, addresses, routes and rules.
struct TraceNamespace: ~Copyable {
    /// As steps have it.
    let name: String
    let ruleset: Ruleset
    let links: [Link]
    let addresses: [InterfaceAddress]
    var kernel: RouteSocket
    private let namespace: NetworkNamespace
    private var firewall: NFTablesSocket

    init(_ namespace: consuming NetworkNamespace, named name: String) throws {
        var kernel = try RouteSocket(in: namespace)
        let links = try kernel.links()
        let addresses = try kernel.addresses()
        var firewall = try NFTablesSocket(in: namespace)
        let ruleset = try firewall.ruleset()
        self.name = name
        self.links = links
        self.addresses = addresses
        self.ruleset = ruleset
        self.kernel = kernel
        self.firewall = firewall
        self.namespace = namespace
    }

    func link(_ index: InterfaceIndex?) -> Link? { links.first { $0.index == index } }
    func link(named name: InterfaceName?) -> Link? { links.first { $0.name == name } }
    func owns(_ address: IPAddress) -> Bool {
        addresses.contains { $0.prefix.address == address } || address.isLoopback
    }

    func addresses(of link: Link) -> [IPAddress] {
        addresses.filter { $0.interface == link.index }.map(\.prefix.address)
    }

    /// The addresses of links other than loopback, those that reach farther first.
    var ownAddresses: [IPAddress] {
        addresses.map(\.prefix.address).filter { !$0.isLoopback && !$0.isLinkLocal }
    }

    /// A setting of this namespace; nil when the kernel has none.
    func setting(_ sysctl: Sysctl) throws -> String? {
        do throws(NamespaceError<SystemError>) {
            return try withNetworkNamespace(namespace) { () throws(SystemError) in try sysctl.read() }
        } catch {
            switch error {
            case .entering(let error), .body(let error): throw error
            }
        }
    }

    /// Whether somebody waits for connections or datagrams at the address.
    func hasListener(_ transport: L4Protocol, _ address: IPAddress, _ port: Port) throws(NetlinkError) -> Bool {
        var diagnostics = try SocketDiagnostics(in: namespace)
        return try !diagnostics.sockets(at: port, transport, address: address).isEmpty
    }

    /// A socket in this namespace.
    func probe(_ transport: L4Protocol, from source: IPAddress) throws -> ProbeSocket {
        do throws(NamespaceError<SystemError>) {
            return try withNetworkNamespace(namespace) { () throws(SystemError) in
                try ProbeSocket(transport, from: source)
            }
        } catch {
            switch error {
            case .entering(let error), .body(let error): throw error
            }
        }
    }

    /// Whether the one rule of ``PortGuard`` would let a frame pass.
    mutating func lets(_ sender: MACAddress, through port: InterfaceName, _ guarded: PortGuardSets) throws -> Bool {
        guard try firewall.contains(port, in: guarded.ports, of: guarded.table) else { return true }
        return try firewall.contains(Concat(port, sender), in: guarded.senders, of: guarded.table)
    }

    /// Sends a packet through a hook.
    mutating func walk(_ packet: TracedPacket, at hook: Hook) -> HookWalk {
        let ruleset = ruleset
        return ruleset.walk(packet, at: hook, asking: &self)
    }
}

/// Where the table of ``PortGuard`` is.
struct PortGuardSets {
    let table: Table
    let ports: NamedSet<InterfaceName>
    let senders: NamedSet<Concat<InterfaceName, MACAddress>>
}

extension TraceNamespace: RulesetContext {
    mutating func addressType(_ address: IPAddress) -> UInt32? {
        if owns(address) { return UInt32(RouteType.local.rawValue) }
        if IPPrefix.multicast(address.family).contains(address) { return 5 }
        if addresses.contains(where: { $0.broadcast == address }) { return UInt32(RouteType.broadcast.rawValue) }
        return UInt32(RouteType.unicast.rawValue)
    }

    mutating func interface(to address: IPAddress) -> TracedPacket.Interface? {
        // No route is an answer.
        guard let route = try? kernel.route(to: address) else { return nil }
        return link(route.interface).map(TracedPacket.Interface.init)
    }

    mutating func address(of interface: TracedPacket.Interface, to destination: IPAddress) -> IPAddress? {
        let own = addresses.filter { $0.interface.rawValue == Int32(bitPattern: interface.index) }
            .map(\.prefix).filter { $0.family == destination.family && !$0.address.isLinkLocal }
        return (own.first { $0.contains(destination) } ?? own.first)?.address
    }
}

extension TracedPacket.Interface {
    init(_ link: Link) { self.init(name: link.name.text, index: UInt32(bitPattern: link.index.rawValue)) }
}
