// SPDX-License-Identifier: Apache-2.0
internal import CNetlink
package import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// The connections that one network namespace tracks.
package struct ConntrackSocket: ~Copyable {
    private var netlink: NetlinkSocket

    /// Works in the calling thread's network namespace.
    package init() throws(NetlinkError) { netlink = try NetlinkSocket(.netfilter) }

    package init(in namespace: borrowing NetworkNamespace) throws(NetlinkError) {
        netlink = try NetlinkSocket(.netfilter, in: namespace)
    }

    /// Forgets the connections that were made to `port`, so that their next packet meets the rules again.
    ///
    /// - Parameters:
    ///   - port: The port that the first packet was sent to, before any translation: the host's, not the container's.
    ///   - family: Nil: both.
    /// - Throws: errno `invalidArgument` when this kernel has no ctnetlink.
    package mutating func flush(
        _ protocol: L4Protocol, originalDestinationPort port: Port, _ family: IPFamily? = nil
    ) throws(NetlinkError) {
        for family in family.map({ [$0] }) ?? IPFamily.allCases {
            let filter = ConntrackFilter(`protocol`, port, family)
            do throws(NetlinkError) {
                try netlink.execute(.deleteConntrack, [], header: filter.header, filter.command("-D")) {
                    filter.encode(into: &$0)
                }
            } catch {
                // Older kernels, 6.8 among them, filter what they show but not what they delete.
                guard error.errno == .invalidArgument || error.isNotSupported else { throw error }
                try flushOneByOne(filter)
            }
        }
    }

    /// The connections that were made to `port`.
    package mutating func connections(
        _ protocol: L4Protocol, originalDestinationPort port: Port, _ family: IPFamily
    ) throws(NetlinkError) -> [Conntrack] {
        try connections(ConntrackFilter(`protocol`, port, family))
    }

    private mutating func connections(_ filter: ConntrackFilter) throws(NetlinkError) -> [Conntrack] {
        try netlink.dump(.getConntrack, header: filter.header, filter.command("-L")) {
            filter.encode(into: &$0)
        } decode: { payload throws(Malformation) in
            // Kernels before 5.8 do not filter.
            let connection = try Conntrack(decoding: payload)
            return filter.matches(connection) ? connection : nil
        }
    }

    /// Every connection, of one family or both.
    ///
    /// - Throws: errno `notPermitted` without CAP_NET_ADMIN.
    package mutating func connections(_ family: IPFamily? = nil) throws(NetlinkError) -> [Conntrack] {
        let header = nfgenmsg(nfgen_family: family?.netlink ?? 0, version: 0, res_id: 0)
        return try netlink.dump(.getConntrack, header: header, "conntrack -L") {
            payload throws(Malformation) in try Conntrack(decoding: payload)
        }
    }

    /// Reads the connections and deletes each. New ones may appear meanwhile, so this is bounded by what was read.
    mutating func flushOneByOne(_ filter: ConntrackFilter) throws(NetlinkError) {
        var connections = try connections(filter)[...]
        while !connections.isEmpty {
            var batch = Batch()
            for connection in connections.prefix(100) {
                batch.append(.deleteConntrack, [], header: filter.header, filter.command("-D")) {
                    connection.encode(into: &$0)
                }
            }
            connections = connections.dropFirst(100)
            let failures = try netlink.perform(batch)
            // What ended by itself is gone all the same.
            if let failure = failures.first(where: { !$0.error.isNotFound }) { throw failure.error }
        }
    }
}
