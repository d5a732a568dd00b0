// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
package import NetworkTypes
package import SystemPackage

/// Where everything that swnet reads and writes lies. The only place that spells a path.
package struct StateLayout: Hashable, Sendable {
    /// The environment variable that overrides ``runDirectory``; read at the edge and passed in.
    package static let runDirectoryVariable = "SWNET_STATE_DIR"

    /// What lives as long as kernel state: `/run/swnet`.
    package let runDirectory: FilePath
    /// The leases of all networks: `/var/lib/cni/networks`.
    package let leaseDirectory: FilePath
    /// What a person configured: `/etc/cni/net.d`.
    package let configurationDirectory: FilePath

    /// Nil, and an empty string, stand for the default.
    package init(
        runDirectory: String? = nil, leaseDirectory: String? = nil, configurationDirectory: String? = nil
    ) {
        self.runDirectory = Self.path(runDirectory, or: "/run/swnet")
        self.leaseDirectory = Self.path(leaseDirectory, or: "/var/lib/cni/networks")
        self.configurationDirectory = Self.path(configurationDirectory, or: "/etc/cni/net.d")
    }

    private static func path(_ text: String?, or preset: String) -> FilePath {
        FilePath(text.flatMap { $0.isEmpty ? nil : $0 } ?? preset)
    }

    package var endpoints: FilePath { runDirectory.appending("endpoints") }

    package func endpoints(of network: NetworkName) -> FilePath { endpoints.appending(network.text) }

    /// `endpoints/<network>/<container>:<interface>.json`. Neither part can hold a colon; both may hold `-`.
    package func endpoint(_ attachment: AttachmentID, on network: NetworkName) -> FilePath {
        endpoints(of: network).appending(BoundedFileName.make(attachment.description) + Self.recordExtension)
    }

    /// The attachment that ``endpoint(_:on:)`` names a file after; nil when the name had to be shortened, or is another's.
    package func attachment(ofEndpoint file: String) -> AttachmentID? {
        guard file.hasSuffix(Self.recordExtension) else { return nil }
        let parts = file.dropLast(Self.recordExtension.count).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let container = ContainerID(String(parts[0])),
            let interface = InterfaceName(String(parts[1]))
        else { return nil }
        let attachment = AttachmentID(container: container, interface: interface)
        return BoundedFileName.make(attachment.description) + Self.recordExtension == file ? attachment : nil
    }

    /// The network that a file of ``networks`` is named after; nil for what is no record.
    package func network(of file: String) -> NetworkName? {
        guard RecordFile.isRecord(file) else { return nil }
        return NetworkName(file.dropLast(Self.recordExtension.count))
    }

    package var networks: FilePath { runDirectory.appending("networks") }

    package func network(_ name: NetworkName) -> FilePath { networks.appending(name.text + Self.recordExtension) }

    /// Ports that attachments of one container were all asked to publish; see ``SharedPorts``.
    func sharedPorts(of container: ContainerID) -> FilePath {
        runDirectory.appending("shared-ports").appending(BoundedFileName.make(container.text) + Self.recordExtension)
    }

    /// Held while shared ports change. To be taken after ``lock(of:)``, before ``skeletonLock``.
    var sharedPortsLock: FilePath { locks.appending("shared-ports.lock") }

    /// Sandboxes that swnet made itself.
    package var sandboxes: FilePath { runDirectory.appending("sandboxes") }

    /// What belongs to a sandbox, each in a file named after its id.
    package enum SandboxPart: String, Sendable {
        case record = "json"
        /// Held by the supervisor.
        case lock
        /// Where the network namespace is bound.
        case namespace = "netns"
        /// What the sandbox sees as hosts(5).
        case hosts
        /// What the sandbox sees as resolv.conf(5).
        case resolver = "resolv"
    }

    package func sandbox(_ id: ContainerID, _ part: SandboxPart) -> FilePath {
        sandboxes.appending("\(id).\(part.rawValue)")
    }

    /// Where the network namespace of a sandbox is.
    package func namespace(of sandbox: SandboxRecord) -> FilePath {
        sandbox.namespace ?? self.sandbox(sandbox.id, .namespace)
    }

    /// Held while attachments of a sandbox are made and removed.
    func lock(ofSandbox id: ContainerID) -> FilePath { locks.appending("sandbox-\(id).lock") }

    /// Held while attachments to sandboxes of others are made and removed.
    var connectionsLock: FilePath { locks.appending("connections.lock") }

    /// What the command of a sandbox that runs in the background writes. It may outlive the sandbox.
    package func log(ofSandbox name: String) -> FilePath {
        runDirectory.appending("logs").appending(BoundedFileName.make(name) + ".log")
    }

    /// Attachments that swnet made to sandboxes of others, a record for each sandbox.
    package var connections: FilePath { runDirectory.appending("connections") }

    package func connection(_ id: ContainerID) -> FilePath {
        connections.appending(BoundedFileName.make(id.text) + Self.recordExtension)
    }

    /// What the resolver of names has open.
    package enum ResolverPart: String, Sendable {
        /// The socket at which it takes requests.
        case control
        /// Held by the one that runs.
        case lock
    }

    package func resolver(_ part: ResolverPart) -> FilePath {
        runDirectory.appending("dns").appending(part.rawValue)
    }

    /// What the CNI library remembers of attachments for runtimes.
    package var resultCache: FilePath { leaseDirectory.removingLastComponent().appending("results") }

    /// Where CNI plugins are usually installed: by runtimes, and by Debian.
    package static let pluginDirectories: [FilePath] = ["/opt/cni/bin", "/usr/lib/cni"]

    package var locks: FilePath { runDirectory.appending("locks") }

    /// Held while endpoints of `network`, and what they share, change. To be taken before ``skeletonLock``.
    package func lock(of network: NetworkName) -> FilePath { locks.appending("network-\(network).lock") }

    /// Held while the constant part of the nftables table is made or removed.
    package var skeletonLock: FilePath { locks.appending("skeleton.lock") }

    /// Held while `network` is removed.
    func removal(of network: NetworkName) -> FilePath { locks.appending("network-\(network).removal") }

    /// Says that `network` was removed a moment ago.
    func removed(_ network: NetworkName) -> FilePath {
        locks.appending("network-\(network).removed" + Self.recordExtension)
    }

    /// Kernel settings of the host that were changed.
    var settings: FilePath { runDirectory.appending("settings" + Self.recordExtension) }

    /// Held while these change. Whoever holds it takes no other.
    var settingsLock: FilePath { locks.appending("settings.lock") }

    /// `<number>-<name>.conflist`, two digits at least, so that the files sort by number.
    package func configuration(of network: NetworkName, number: Int) -> FilePath {
        configurationDirectory.appending("\(number < 10 ? "0" : "")\(number)-\(network).conflist")
    }

    /// Held while ports are plugged into a bridge, or the bridge is made or removed.
    package func lock(ofBridge bridge: InterfaceName) -> FilePath { locks.appending("bridge-\(bridge).lock") }

    /// Which sysctls an administrator lets networks set: `/etc/cni/tuning/allowlist.conf`.
    package var sysctlAllowlist: FilePath {
        configurationDirectory.removingLastComponent().appending("tuning").appending("allowlist.conf")
    }

    static let recordExtension = ".json"
}
