// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SystemPackage

extension Dispatcher {
    /// Checks the variables that `command` needs, before standard input is touched.
    ///
    /// - Returns: The attachment of a command that is about one.
    func checkEnvironment(for command: CNICommand?) throws(CNIError) -> AttachmentID? {
        let required = command?.requiredVariables ?? []
        let isAboutAttachment = required.contains(.containerID)
        let container = isAboutAttachment ? try containerID() : nil
        let interface = isAboutAttachment ? try interfaceName() : nil
        let missing = CNIVariable.allCases.filter { required.contains($0) && invocation[$0].isEmpty }
        guard missing.isEmpty else {
            let names = missing.map(\.rawValue).joined(separator: ",")
            throw CNIError(.invalidEnvironment, "required env variables [\(names)] missing")
        }
        guard let container, let interface else { return nil }
        return AttachmentID(container: container, interface: interface)
    }

    /// Nil when the variable is missing, which is reported together with others.
    private func containerID() throws(CNIError) -> ContainerID? {
        let text = invocation[.containerID]
        guard !text.isEmpty else { return nil }
        guard let container = ContainerID(text) else {
            throw CNIError(
                .invalidEnvironment,
                "CNI_CONTAINERID \"\(text)\" is not made of letters, digits, '_', '.' and '-' behind a letter or digit")
        }
        return container
    }

    private func interfaceName() throws(CNIError) -> InterfaceName? {
        let text = invocation[.interfaceName]
        guard !text.isEmpty else { return nil }
        guard let interface = InterfaceName(text) else {
            throw CNIError(
                .invalidEnvironment,
                "CNI_IFNAME \"\(text)\" is not an interface name (1 to 15 bytes, no '/', ':' or white space)")
        }
        return interface
    }

    /// Refuses to configure the host itself. The reference looks only after the damage is done.
    ///
    /// A path that cannot be opened is left to the plugin: not every one (host-local) needs the sandbox.
    func rejectHostNamespace(_ netns: FilePath?) throws(CNIError) {
        let override = invocation[.netnsOverride]
        guard let netns, override != "1", override.lowercased() != "true" else { return }
        guard let sandbox = identity(of: netns), sandbox == identity(of: "/proc/thread-self/ns/net") else { return }
        throw CNIError(
            .invalidNetns, "CNI_NETNS \(netns) is the network namespace of the host, not of a container",
            details: "set CNI_NETNS_OVERRIDE=1 if that is meant")
    }
}

/// Nil when the path is no namespace that can be opened, which is the same as being another one.
private func identity(of path: FilePath) -> NetworkNamespace.Identity? {
    do throws(SystemError) { return try NetworkNamespace(path: path).identity() } catch { return nil }
}
