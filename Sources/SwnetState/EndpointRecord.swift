// SPDX-License-Identifier: Apache-2.0
package import JSON
package import LinuxSystem
package import NetworkTypes
internal import SystemPackage

/// An attachment as it was recorded. Chained plugins of one attachment share one record.
package struct EndpointRecord: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        /// Written before the kernel is changed, so that DEL and GC can always clean up.
        case attaching
        case attached
    }

    package let network: NetworkName
    package let attachment: AttachmentID
    /// CNI_NETNS as the runtime wrote it.
    package var sandbox: String
    /// The boot in which it was attached. ``BootIdentity/current()``.
    package var boot: String
    package var state = State.attaching
    package var created: Timestamp
    /// The container's name, when the runtime told it.
    package var name: String?
    package var aliases: [String] = []
    /// The CNI type that made the interface.
    package var type: String
    package var bridge: InterfaceName?
    package var hostInterface: InterfaceName?
    /// Of the interface in the sandbox.
    package var mac: MACAddress?
    package var addresses: [IPPrefix] = []
    package var gateways: [IPAddress] = []
    package var ports: [PublishedPort] = []
    /// By stage, in the order they ran: what it needs to undo itself.
    package var stages = JSONObject()
    /// Keys that a newer swnet wrote into a record of this version.
    var unknown = JSONObject()

    package init(
        network: NetworkName, attachment: AttachmentID, sandbox: String, boot: String, created: Timestamp, type: String
    ) {
        self.network = network
        self.attachment = attachment
        self.sandbox = sandbox
        self.boot = boot
        self.created = created
        self.type = type
    }

    /// What the stage called `name` recorded. The record's file goes with the last stage.
    package subscript(stage name: String) -> JSONObject? {
        get { stages[name]?.objectValue }
        set { stages[name] = newValue.map { .object($0) } }
    }

    /// The section of who is found by name.
    package static let namesSection = "names"

    /// Whether the resolver knows it: its names, and as somebody who may ask.
    package var hasNames: Bool { state == .attached && stages[Self.namesSection] != nil }

    /// True when the attachment did not survive: it is of another boot, or its sandbox is gone.
    package func isStale(in currentBoot: String) -> Bool {
        boot != currentBoot || !File.exists(FilePath(sandbox))
    }
}

/// A port of the sandbox that is reachable at the host.
package struct PublishedPort: Hashable, Sendable {
    /// Nil for every address of the host; `0.0.0.0` and `::` for every one of their family.
    package var hostAddress: IPAddress?
    package var hostPort: Port
    package var containerPort: Port
    package var transport: L4Protocol

    package init(hostAddress: IPAddress? = nil, hostPort: Port, containerPort: Port, transport: L4Protocol = .tcp) {
        self.hostAddress = hostAddress
        self.hostPort = hostPort
        self.containerPort = containerPort
        self.transport = transport
    }

    /// True when both cannot be published at once.
    package func conflicts(with other: PublishedPort) -> Bool {
        guard hostPort == other.hostPort, transport == other.transport else { return false }
        guard let hostAddress, let otherAddress = other.hostAddress else { return true }
        guard hostAddress.family == otherAddress.family else { return false }
        return hostAddress == otherAddress || hostAddress.isUnspecified || otherAddress.isUnspecified
    }
}

extension PublishedPort: CustomStringConvertible {
    /// `192.0.2.1:8080/tcp`, `[::1]:8080/tcp`, `8080/tcp`.
    package var description: String {
        let place =
            switch hostAddress {
            case .ipv4(let address): "\(address):"
            case .ipv6(let address): "[\(address)]:"
            case nil: ""
            }
        return "\(place)\(hostPort)/\(transport.rawValue)"
    }
}
