// SPDX-License-Identifier: Apache-2.0

/// Who takes requests that change something: a ``RouteSocket``, which performs each at once, or a ``RouteBatch``, which
/// collects them. Requests are written once, for both; this is no seam for tests.
package protocol RouteRequests: ~Copyable {
    /// `Never` for a batch: its errors come when it is sent.
    associatedtype Failure: Error

    /// Takes one request.
    mutating func submit<Header, Space>(
        _ type: MessageType<Header, Space>, _ flags: RequestFlags, header: Header,
        _ operation: @autoclosure () -> String, _ attributes: (inout AttributeWriter<Space>) -> Void
    ) throws(Failure)
}

extension RouteSocket: RouteRequests {
    package mutating func submit<Header, Space>(
        _ type: MessageType<Header, Space>, _ flags: RequestFlags, header: Header,
        _ operation: @autoclosure () -> String, _ attributes: (inout AttributeWriter<Space>) -> Void
    ) throws(NetlinkError) {
        try netlink.execute(type, flags, header: header, operation(), attributes)
    }
}

extension RouteBatch: RouteRequests {
    package mutating func submit<Header, Space>(
        _ type: MessageType<Header, Space>, _ flags: RequestFlags, header: Header,
        _ operation: @autoclosure () -> String, _ attributes: (inout AttributeWriter<Space>) -> Void
    ) {
        requests.append(type, flags, header: header, operation(), attributes)
    }
}
