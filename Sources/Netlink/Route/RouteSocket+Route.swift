// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import NetworkTypes

extension RouteRequests where Self: ~Copyable {
    /// `ip route add`.
    ///
    /// - Throws: `isAlreadyExists` when there is a route of the same destination, table and metric. An IPv6 route by
    ///   another gateway is refused too; see ``appendRoute(_:)``.
    package mutating func addRoute(_ route: Route) throws(Failure) {
        try put(route, [.create, .exclusive], "add")
    }

    /// `ip route append`: beside routes of the same destination, so that several gateways can share the load.
    ///
    /// - Throws: `isAlreadyExists` when there is the very same route.
    package mutating func appendRoute(_ route: Route) throws(Failure) {
        try put(route, [.create, .append], "append")
    }

    /// `ip route replace`: in place of the route of the same destination, table and metric, if there is one.
    package mutating func replaceRoute(_ route: Route) throws(Failure) {
        try put(route, [.create, .replace], "replace")
    }

    private mutating func put(_ route: Route, _ flags: RequestFlags, _ verb: String) throws(Failure) {
        try submit(.newRoute, flags, header: route.header, "route \(verb) \(route)") { route.encode(into: &$0) }
    }

    /// `ip route delete`: the first route that agrees with what `route` says. Its scope, type and origin are compared
    /// only if they differ from those of a plain route.
    ///
    /// - Throws: `isNotFound` when no route agrees.
    package mutating func deleteRoute(_ route: Route) throws(Failure) {
        var header = route.header
        if route.scope == nil { header.rtm_scope = UInt8(RT_SCOPE_NOWHERE.rawValue) }
        if route.origin == .boot { header.rtm_protocol = UInt8(RTPROT_UNSPEC) }
        if route.type == .unicast { header.rtm_type = UInt8(RTN_UNSPEC) }
        try submit(.deleteRoute, [], header: header, "route delete \(route)") { route.encode(into: &$0) }
    }
}

extension RouteSocket {
    /// `ip route get DESTINATION [from SOURCE] [iif INTERFACE] [mark MARK]`: what the kernel would do with a packet.
    ///
    /// - Parameters:
    ///   - source: The source address of the packet; with `incoming`, of a forwarded one.
    ///   - incoming: The interface that a forwarded packet came in by.
    /// - Throws: errno `networkUnreachable` or `noRouteToHost` when there is no route.
    package mutating func route(
        to destination: IPAddress, from source: IPAddress? = nil, incoming: InterfaceIndex? = nil, mark: UInt32? = nil
    ) throws(NetlinkError) -> Route {
        var header = rtmsg()
        header.rtm_family = destination.family.netlink
        header.rtm_dst_len = UInt8(destination.family.addressBits)
        header.rtm_src_len = source == nil ? 0 : UInt8(destination.family.addressBits)
        let operation = "route get \(destination)" + (source.map { " from \($0)" } ?? "")
        let route = try netlink.get(.getRoute, header: header, operation) { route in
            route.put(.destination, destination)
            route.put(.from, source)
            route.put(.incoming, incoming)
            route.put(.mark, mark)
        } decode: { payload throws(Malformation) in
            try Route(decoding: payload)
        }
        guard let route else { throw NetlinkError(operation: operation, cause: .malformed(.invalidValue)) }
        return route
    }

    /// `ip route show [table TABLE] [dev INTERFACE]`, of one family or both, filtered by the kernel.
    ///
    /// - Parameter table: Nil reads all tables.
    package mutating func routes(
        in table: RouteTable? = .main, interface: InterfaceIndex? = nil, _ family: IPFamily? = nil
    ) throws(NetlinkError) -> [Route] {
        var header = rtmsg()
        header.rtm_family = family?.netlink ?? 0
        do throws(NetlinkError) {
            return try netlink.dump(.getRoute, header: header, "route show") { route in
                route.put(.table, table?.rawValue)
                route.put(.outgoing, interface)
            } decode: { payload throws(Malformation) in
                guard let route = try Route(decoding: payload) else { return nil }
                return table == nil || route.table == table ? route : nil
            }
        } catch {
            // A table that no route was ever put in does not exist.
            if error.isNotFound, interface == nil { return [] }
            throw error
        }
    }
}
