// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem
internal import Netlink

/// A conversation with nf_tables of one network namespace.
package struct NFTablesSocket: ~Copyable {
    var socket: NetlinkSocket

    /// Opens a socket in the calling thread's network namespace, where it stays.
    ///
    /// - Throws: ``NFTablesError``; `isNotSupported` on a kernel without netfilter netlink.
    package init() throws(NFTablesError) {
        do throws(NetlinkError) { socket = try NetlinkSocket(.netfilter) } catch { throw NFTablesError(error) }
    }

    /// Opens a socket in `namespace`. The calling thread goes there and back.
    package init(in namespace: borrowing NetworkNamespace) throws(NFTablesError) {
        do throws(NetlinkError) {
            socket = try NetlinkSocket(.netfilter, in: namespace)
        } catch { throw NFTablesError(error) }
    }
}
