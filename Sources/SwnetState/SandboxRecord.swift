// SPDX-License-Identifier: Apache-2.0
package import JSON
package import LinuxSystem
package import NetworkTypes
package import SystemPackage

/// A sandbox that swnet itself made and supervises, with what is needed to take it down again.
package struct SandboxRecord: Hashable, Sendable {
    /// One attachment of the sandbox, as a CNI runtime has to remember it for DEL.
    package struct Attachment: Hashable, Sendable {
        package let network: NetworkName
        package let interface: InterfaceName
        /// The configuration list that ADD ran with; the file may be another one by now.
        package let list: JSONObject
        /// `CNI_ARGS`.
        package let arguments: String
        /// Values by capability.
        package let capabilities: JSONObject
        /// What ADD gave; nil until it did.
        package var result: JSONObject?

        package init(
            network: NetworkName, interface: InterfaceName, list: JSONObject, arguments: String,
            capabilities: JSONObject
        ) {
            self.network = network
            self.interface = interface
            self.list = list
            self.arguments = arguments
            self.capabilities = capabilities
        }
    }

    /// Parts of resolv.conf(5); an empty one leaves the say to the networks.
    package struct Resolver: Hashable, Sendable {
        package var nameservers: [String] = []
        package var search: [String] = []
        package var options: [String] = []

        package init() {}
    }

    package let id: ContainerID
    /// Unique among the sandboxes.
    package let name: String
    package let hostname: String
    package let command: [String]
    package let created: Timestamp
    /// Of the command; nil until it runs.
    package var processID: Int32?
    /// Of who holds the sandbox's lock.
    package var supervisorID: Int32?
    /// Where the network namespace is; nil for the file that the state directory has for it.
    package var namespace: FilePath?
    /// What the sandbox's resolv.conf says in place of what its networks bring.
    package var resolver = Resolver()
    /// In the order they were made.
    package var attachments: [Attachment]

    package init(
        id: ContainerID, name: String, hostname: String, command: [String], created: Timestamp,
        attachments: [Attachment]
    ) {
        self.id = id
        self.name = name
        self.hostname = hostname
        self.command = command
        self.created = created
        self.attachments = attachments
    }
}

extension SandboxRecord {
    static let version = 1

    /// The record as its file holds it. Absent values have no key.
    package var json: JSONObject {
        var object: JSONObject = [
            "version": .number(Self.version), "id": .string(id.text), "name": .string(name),
            "hostname": .string(hostname), "created": .number(created.seconds),
        ]
        object["command"] = .array(command.map { .string($0) })
        object["process"] = processID.map { .number($0) }
        object["supervisor"] = supervisorID.map { .number($0) }
        object["namespace"] = namespace.map { .string($0.string) }
        if resolver != Resolver() { object["resolver"] = .object(resolver.json) }
        object["attachments"] = .array(attachments.map { .object($0.json) })
        return object
    }

    /// Decodes a record of this version.
    init(_ object: JSONObject) throws(JSONError) {
        let reader = ObjectReader(object)
        self.init(
            id: try reader.required("id").parse("a container id") { ContainerID($0) },
            name: try reader.required("name").string(), hostname: try reader.required("hostname").string(),
            command: try reader.strings("command") ?? [],
            created: Timestamp(seconds: try reader.required("created").integer()), attachments: [])
        processID = try reader.integer("process")
        supervisorID = try reader.integer("supervisor")
        namespace = try reader.string("namespace").map { FilePath($0) }
        if let entry = try reader.object("resolver") { resolver = try Resolver(entry) }
        for entry in try reader.array("attachments") ?? [] { attachments.append(try Attachment(entry.object())) }
    }
}

extension SandboxRecord.Resolver {
    fileprivate var json: JSONObject {
        let parts = [("nameservers", nameservers), ("search", search), ("options", options)]
        return JSONObject(parts.map { ($0, JSON.array($1.map { .string($0) })) })
    }

    fileprivate init(_ reader: ObjectReader) throws(JSONError) {
        nameservers = try reader.strings("nameservers") ?? []
        search = try reader.strings("search") ?? []
        options = try reader.strings("options") ?? []
    }
}

extension SandboxRecord.Attachment {
    var json: JSONObject {
        var object: JSONObject = [
            "network": .string(network.text), "interface": .string(interface.text), "list": .object(list),
            "arguments": .string(arguments), "capabilities": .object(capabilities),
        ]
        object["result"] = result.map { .object($0) }
        return object
    }

    init(_ reader: ObjectReader) throws(JSONError) {
        self.init(
            network: try reader.required("network").parse("a network name") { NetworkName($0) },
            interface: try reader.required("interface").parse("an interface name") { InterfaceName($0) },
            list: try reader.required("list").object().object, arguments: try reader.string("arguments") ?? "",
            capabilities: try reader.object("capabilities")?.object ?? JSONObject())
        result = try reader.object("result")?.object
    }
}
