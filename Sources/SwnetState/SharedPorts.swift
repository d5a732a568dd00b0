// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// The attachments of one container that were asked to publish a port which another attachment of it publishes already, as
/// runtimes do whose container is on several networks.
///
/// There is a file for a container only while it has such attachments. Whoever publishes takes the port away with itself;
/// the others are then asked to publish it.
package struct SharedPorts: Hashable, Sendable {
    /// One of the attachments.
    package struct Claim: Hashable, Sendable {
        package let network: NetworkName
        package let interface: InterfaceName

        package init(network: NetworkName, interface: InterfaceName) {
            self.network = network
            self.interface = interface
        }
    }

    package let container: ContainerID
    /// In the order in which they came.
    package var claims: [Claim] = []

    init(of container: ContainerID) { self.container = container }
}

extension SharedPorts {
    static let version = 1

    init(_ object: JSONObject) throws(JSONError) {
        let reader = ObjectReader(object)
        self.init(of: try reader.required("container").parse("a container id") { ContainerID($0) })
        for entry in try reader.array("claims") ?? [] {
            let claim = try entry.object()
            claims.append(
                Claim(
                    network: try claim.required("network").parse("a network name") { NetworkName($0) },
                    interface: try claim.required("interface").parse("an interface name") { InterfaceName($0) }))
        }
    }

    var json: JSONObject {
        [
            "version": .number(Self.version), "container": .string(container.text),
            "claims": .array(
                claims.map { ["network": .string($0.network.text), "interface": .string($0.interface.text)] }),
        ]
    }
}

extension StateLayout {
    /// True when the container has, or just had, claims. Costs one system call.
    package func sharesPorts(_ container: ContainerID) -> Bool { File.exists(sharedPorts(of: container)) }

    /// Changes a container's claims, none at first, while no other process does so.
    package func withSharedPorts<R>(
        of container: ContainerID, _ body: (inout SharedPorts) -> R
    ) throws(StateError) -> R {
        do throws(LockedError<StateError>) {
            return try withLock(sharedPortsLock, deadline: 30_000) { () throws(StateError) in
                let stored = try readSharedPorts(of: container)
                var shared = stored ?? SharedPorts(of: container)
                let result = body(&shared)
                if shared != stored { try store(shared) }
                return result
            }
        } catch { throw error.flattened }
    }

    /// Nil when there are none. A torn file counts as none, and so does that of another container of the same hash.
    private func readSharedPorts(of container: ContainerID) throws(StateError) -> SharedPorts? {
        do throws(StateError) {
            let shared = try RecordFile.read(sharedPorts(of: container), version: SharedPorts.version) {
                object throws(JSONError) in try SharedPorts(object)
            }
            return shared?.container == container ? shared : nil
        } catch {
            guard error.isCorrupt else { throw error }
            return nil
        }
    }

    private func store(_ shared: SharedPorts) throws(StateError) {
        let path = sharedPorts(of: shared.container)
        guard shared.claims.isEmpty else { return try RecordFile.write(shared.json, to: path) }
        try reporting { () throws(SystemError) in _ = try File.remove(path) }
    }
}
