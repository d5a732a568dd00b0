// SPDX-License-Identifier: Apache-2.0
package import CNI
package import LinuxSystem
package import Netlink
internal import SystemPackage

/// The namespace an attachment joins, open, with a conversation inside it.
package final class Sandbox {
    package let namespace: NetworkNamespace
    package var route: RouteSocket
    /// `CNI_NETNS` as the runtime wrote it, which is what results repeat.
    package let path: String

    package init(opening namespace: consuming NetworkNamespace) throws(CNIError) {
        path = namespace.path.string
        do throws(NetlinkError) { route = try RouteSocket(in: namespace) } catch { throw CNIError(error) }
        self.namespace = namespace
    }

    /// Which namespace it is, whatever path it was opened by.
    package var identity: NetworkNamespace.Identity? {
        // A descriptor that is open can be examined; if not, no recorded identity will match, which is the safe answer.
        try? namespace.identity()
    }

    /// Sets keys of this sandbox, in order.
    package func set(_ settings: [(key: Sysctl, value: String)]) throws(CNIError) {
        try inside { () throws(SystemError) in
            for setting in settings { try setting.key.write(setting.value) }
        }
    }

    /// Sets those keys that this kernel has.
    package func setIfPresent(_ settings: [(key: Sysctl, value: String)]) throws(CNIError) {
        try inside { () throws(SystemError) in
            for setting in settings { try setting.key.writeIfPresent(setting.value) }
        }
    }

    /// The value of a key; nil when this kernel has no such key.
    package func read(_ sysctl: Sysctl) throws(CNIError) -> String? {
        try inside { () throws(SystemError) in try sysctl.read() }
    }

    private func inside<Result>(_ body: () throws(SystemError) -> Result) throws(CNIError) -> Result {
        do throws(NamespaceError<SystemError>) { return try withNetworkNamespace(namespace, body) } catch {
            switch error {
            case .entering(let error), .body(let error): throw CNIError(error)
            }
        }
    }
}
