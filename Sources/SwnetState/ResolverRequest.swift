// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes

/// What is said to the resolver at its control socket: one JSON object in a line; one comes back.
package enum ResolverRequest: Hashable, Sendable {
    /// Serve what is recorded of a network, and of one attachment to it, and say so when it is served: a record that is
    /// there is answered from then on, one that is gone no more.
    case sync(NetworkName, AttachmentID?)
    case status
}

/// What the resolver says to a ``ResolverRequest/sync(_:_:)``.
package enum ResolverReply: Hashable, Sendable {
    /// Names are served on this port of the gateways. Nil when the network has no names, or none any more.
    case serving(Port?)
    /// One sentence.
    case failed(String)
}

extension ResolverRequest {
    package var json: JSONObject {
        switch self {
        case .status: return ["command": "status"]
        case .sync(let network, let attachment):
            var object: JSONObject = ["command": "sync", "network": .string(network.text)]
            object["container"] = attachment.map { .string($0.container.text) }
            object["interface"] = attachment.map { .string($0.interface.text) }
            return object
        }
    }

    package init(_ object: JSONObject) throws(JSONError) {
        let reader = ObjectReader(object)
        let command = try reader.required("command")
        switch try command.string() {
        case "status": self = .status
        case "sync":
            let network = try reader.required("network").parse("a network name") { NetworkName($0) }
            let container = try reader.parse("container", as: "a container id") { ContainerID($0) }
            let interface = try reader.parse("interface", as: "an interface name") { InterfaceName($0) }
            if let container, let interface {
                self = .sync(network, AttachmentID(container: container, interface: interface))
            } else {
                self = .sync(network, nil)
            }
        default: throw command.invalid("\"sync\" or \"status\" was expected")
        }
    }
}

extension ResolverReply {
    package var json: JSONObject {
        switch self {
        case .serving(let port?): ["port": .number(port.rawValue)]
        case .serving(nil): [:]
        case .failed(let reason): ["error": .string(reason)]
        }
    }

    package init(_ object: JSONObject) throws(JSONError) {
        let reader = ObjectReader(object)
        if let reason = try reader.string("error") {
            self = .failed(reason)
        } else {
            self = .serving(try reader.port("port"))
        }
    }
}
