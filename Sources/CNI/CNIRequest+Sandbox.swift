// SPDX-License-Identifier: Apache-2.0
package import LinuxSystem
internal import NetworkTypes
internal import SystemPackage

extension CNIRequest {
    /// Opens `CNI_NETNS` for ADD and CHECK.
    ///
    /// - Throws: Code 8 when it cannot be opened or is no network namespace.
    package func openSandbox() throws(CNIError) -> NetworkNamespace {
        guard let netns else { throw CNIError(.invalidNetns, "CNI_NETNS is empty") }
        do throws(SystemError) { return try NetworkNamespace(path: netns) } catch {
            throw CNIError(.invalidNetns, "CNI_NETNS is not a network namespace that can be opened: \(error)")
        }
    }

    /// Opens `CNI_NETNS` for DEL. Nil when it is empty, gone, or no namespace any more: after a reboot an ordinary empty
    /// file is left where a namespace was mounted.
    ///
    /// - Throws: Code 999 when the namespace may still be there and cannot be reached.
    package func openSandboxIfPresent() throws(CNIError) -> NetworkNamespace? {
        guard let netns else { return nil }
        return try openIfPresent(netns)
    }
}

private func openIfPresent(_ path: FilePath) throws(CNIError) -> NetworkNamespace? {
    do throws(SystemError) { return try NetworkNamespace(path: path) } catch {
        if error.isNotFound || error.errno == .invalidArgument { return nil }
        throw CNIError(.internalError, "cannot reach the sandbox to clean it up: \(error)")
    }
}
