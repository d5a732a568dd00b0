// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem

/// A conversation with rtnetlink in one network namespace. Each request reads like the ip(8) command it replaces.
package struct RouteSocket: ~Copyable {
    var netlink: NetlinkSocket

    /// Works in the calling thread's network namespace.
    package init() throws(NetlinkError) { netlink = try NetlinkSocket(.route) }

    /// Works in `namespace`, from whatever thread.
    package init(in namespace: borrowing NetworkNamespace) throws(NetlinkError) {
        netlink = try NetlinkSocket(.route, in: namespace)
    }

    /// Sends the requests of `batch` together and throws the error of the first that failed. The kernel performs those
    /// behind a failed one all the same.
    package mutating func execute(_ batch: consuming RouteBatch) throws(NetlinkError) {
        try netlink.execute(batch.requests)
    }

    /// Sends the requests of `batch` together and returns those that were refused, in order.
    package mutating func perform(_ batch: consuming RouteBatch) throws(NetlinkError) -> [BatchFailure] {
        try netlink.perform(batch.requests)
    }
}

/// Requests that are collected to be sent together: one system call for all, one reply unless something fails.
package struct RouteBatch: ~Copyable {
    var requests = Batch()

    package init() {}

    package var isEmpty: Bool { requests.isEmpty }
}
