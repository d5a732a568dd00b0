// SPDX-License-Identifier: Apache-2.0
internal import CNI
package import JSON
package import LinuxSystem
package import NetworkTypes
package import SwnetState
internal import SystemPackage

/// An attached container as a person sees it, whoever recorded it.
package struct EndpointView: Hashable, Sendable {
    package enum Condition: String, Hashable, Sendable {
        case up
        case attaching
        /// Its sandbox, or who supervised it, does not exist any more.
        case gone
        /// Attached by a runtime with plugins of others, which swnet only looks at.
        case foreign
    }

    package let network: NetworkName
    package let attachment: AttachmentID
    /// The host end of its veth pair; nil when nobody recorded one.
    package let hostInterface: InterfaceName?
    package let name: String?
    package let addresses: [IPPrefix]
    package let mac: String?
    package let ports: [PublishedPort]
    package let created: Timestamp
    package let sandbox: String
    package let condition: Condition

    /// - Parameters:
    ///   - boot: The id of the current boot.
    ///   - abandoned: Sandboxes of ours whose supervisor died.
    package init(_ record: EndpointRecord, boot: String, abandoned: Set<ContainerID> = []) {
        network = record.network
        attachment = record.attachment
        hostInterface = record.hostInterface
        name = record.name
        addresses = record.addresses
        mac = record.mac?.description
        ports = record.ports
        created = record.created
        sandbox = record.sandbox
        let isGone = record.isStale(in: boot) || abandoned.contains(record.attachment.container)
        condition = isGone ? .gone : record.state == .attached ? .up : .attaching
    }

    /// An attachment by plugins that keep no record which we could read.
    package init(_ record: SandboxRecord, _ attachment: SandboxRecord.Attachment, sandbox: String, isGone: Bool) {
        self.init(record.id, named: record.name, attachment, since: record.created, sandbox: sandbox, isGone: isGone)
    }

    /// A sandbox that is on no network but its own loopback.
    package init?(unattached record: SandboxRecord, sandbox: String, isGone: Bool) {
        guard record.attachments.isEmpty, let network = NetworkName("none"), let interface = InterfaceName("lo") else {
            return nil
        }
        self.network = network
        attachment = AttachmentID(container: record.id, interface: interface)
        name = record.name
        (hostInterface, addresses, mac, ports) = (nil, [], nil, [])
        created = record.created
        self.sandbox = sandbox
        condition = isGone ? .gone : .up
    }

    /// The same of a sandbox of others.
    package init(_ record: ConnectionRecord, _ attachment: SandboxRecord.Attachment) {
        self.init(
            record.id, named: record.name, attachment, since: record.created, sandbox: record.namespace.string,
            isGone: record.isGone)
    }

    private init(
        _ container: ContainerID, named name: String?, _ attachment: SandboxRecord.Attachment, since: Timestamp,
        sandbox: String, isGone: Bool
    ) {
        // A result that cannot be read has no addresses to show; DEL does not need them.
        let result = attachment.result.flatMap { try? CNIResult(decoding: $0, assuming: .newest) }
        network = attachment.network
        self.attachment = AttachmentID(container: container, interface: attachment.interface)
        hostInterface = result?.interfaces.first { $0.name.hasPrefix("veth") && $0.sandbox == nil }
            .flatMap { InterfaceName($0.name) }
        self.name = name
        addresses = result?.addresses.map(\.prefix) ?? []
        mac = result?.interfaces.first { $0.name == attachment.interface.text }?.mac
        ports = (attachment.capabilities["portMappings"]?.arrayValue ?? []).compactMap { PublishedPort(mapping: $0) }
        created = since
        self.sandbox = sandbox
        condition = isGone ? .gone : attachment.result == nil ? .attaching : .up
    }

    /// The name, or what stands for it: the beginning of the id.
    package var title: String { name ?? String(attachment.container.text.prefix(12)) }

    /// How lists show it. Keys are interface of the program.
    package var json: JSON {
        var object: JSONObject = ["name": name.map { .string($0) } ?? .null]
        object["id"] = .string(attachment.container.text)
        object["interface"] = .string(attachment.interface.text)
        object["network"] = .string(network.text)
        object["addresses"] = .array(addresses.map { .string($0.description) })
        object["mac"] = mac.map { .string($0) } ?? .null
        object["ports"] = .array(ports.map { .object($0.mapping) })
        object["condition"] = .string(condition.rawValue)
        object["since"] = .string(UTCTime(created).description)
        object["sandbox"] = .string(sandbox)
        return .object(object)
    }
}

extension EndpointView {
    /// Sandboxes of `swnet run` that have no endpoint, sorted by name.
    static func unattached(_ layout: StateLayout) throws(StateError) -> [EndpointView] {
        let store = SandboxStore(layout)
        return try store.list().sandboxes.sorted { $0.name < $1.name }.compactMap { record in
            EndpointView(
                unattached: record, sandbox: layout.namespace(of: record).string, isGone: store.isAbandoned(record.id))
        }
    }

    /// Every endpoint of this host, sorted by network and name.
    static func all(_ layout: StateLayout) throws(StateError) -> [EndpointView] {
        let boot: String
        do throws(SystemError) { boot = try BootIdentity.current() } catch { throw .system(error) }
        let recorded = try EndpointStore(layout).list()
        let store = SandboxStore(layout)
        let sandboxes = try store.list()
        for failure in recorded.failures + sandboxes.failures { Terminal.warn("\(failure)") }
        let abandoned = Set<ContainerID>(sandboxes.sandboxes.map(\.id).filter { store.isAbandoned($0) })
        var views = recorded.endpoints.map { EndpointView($0, boot: boot, abandoned: abandoned) }
        let known = Set(views.map { [$0.network.text, $0.attachment.description] })
        for sandbox in sandboxes.sandboxes {
            let isGone = abandoned.contains(sandbox.id)
            let path = layout.namespace(of: sandbox).string
            views += sandbox.attachments
                .map { EndpointView(sandbox, $0, sandbox: path, isGone: isGone) }
                .filter { !known.contains([$0.network.text, $0.attachment.description]) }
        }
        let connections = try ConnectionStore(layout).list()
        for failure in connections.failures { Terminal.warn("\(failure)") }
        views += connections.connections.flatMap { record in record.attachments.map { EndpointView(record, $0) } }
            .filter { !known.contains([$0.network.text, $0.attachment.description]) }
        return views.sorted { ($0.network, $0.title, $0.attachment) < ($1.network, $1.title, $1.attachment) }
    }
}
