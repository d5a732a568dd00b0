// SPDX-License-Identifier: Apache-2.0
package import JSON
package import LinuxSystem
package import NetworkTypes
package import SystemPackage

/// The attachments that swnet made to a sandbox of somebody else, whose runtime knows nothing of them and will not undo
/// them.
package struct ConnectionRecord: Hashable, Sendable {
    /// Of the runtime's container; one of ours when the sandbox is no container that we know.
    package let id: ContainerID
    /// The container's name, when it is known.
    package let name: String?
    package let namespace: FilePath
    /// Which namespace that is, since a path may come to lead to another.
    package let identity: NetworkNamespace.Identity
    package let created: Timestamp
    /// In the order they were made.
    package var attachments: [SandboxRecord.Attachment] = []

    package init(
        id: ContainerID, name: String?, namespace: FilePath, identity: NetworkNamespace.Identity, created: Timestamp
    ) {
        self.id = id
        self.name = name
        self.namespace = namespace
        self.identity = identity
        self.created = created
    }

    /// True when the sandbox does not exist any more.
    package var isGone: Bool {
        // What cannot be examined is not where it was, or not ours to judge: the namespace then counts as there.
        guard let status = try? FileStatus.ofFile(at: namespace) else { return !File.exists(namespace) }
        return status.device != identity.device || status.inode != identity.inode
    }

    /// True when the endpoint is of one of the attachments.
    package func explains(_ endpoint: EndpointRecord) -> Bool {
        endpoint.attachment.container == id
            && attachments.contains {
                $0.network == endpoint.network && $0.interface == endpoint.attachment.interface
            }
    }
}

extension ConnectionRecord {
    static let version = 1

    package var json: JSONObject {
        var object: JSONObject = ["version": .number(Self.version), "id": .string(id.text)]
        object["name"] = name.map { .string($0) }
        object["namespace"] = .string(namespace.string)
        object["device"] = .string("\(identity.device)")
        object["inode"] = .string("\(identity.inode)")
        object["created"] = .number(created.seconds)
        object["attachments"] = .array(attachments.map { .object($0.json) })
        return object
    }

    /// Decodes a record of this version.
    init(_ object: JSONObject) throws(JSONError) {
        let reader = ObjectReader(object)
        let identity = NetworkNamespace.Identity(
            device: try reader.required("device").parse("a device number") { UInt64($0) },
            inode: try reader.required("inode").parse("an inode number") { UInt64($0) })
        self.init(
            id: try reader.required("id").parse("a container id") { ContainerID($0) },
            name: try reader.string("name"), namespace: FilePath(try reader.required("namespace").string()),
            identity: identity, created: Timestamp(seconds: try reader.required("created").integer()))
        for entry in try reader.array("attachments") ?? [] {
            attachments.append(try SandboxRecord.Attachment(entry.object()))
        }
    }
}
