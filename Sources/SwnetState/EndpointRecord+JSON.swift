// SPDX-License-Identifier: Apache-2.0
package import JSON
internal import LinuxSystem
internal import NetworkTypes

extension EndpointRecord {
    static let version = 1

    private static let keys = [
        "version", "network", "container", "interface", "sandbox", "boot", "state", "created", "name", "aliases",
        "type",
        "bridge", "hostInterface", "mac", "addresses", "gateways", "ports", "stages",
    ]

    /// The record as its file holds it. Absent values have no key.
    package var json: JSONObject {
        var object: JSONObject = [
            "version": .number(Self.version), "network": .string(network.text),
            "container": .string(attachment.container.text), "interface": .string(attachment.interface.text),
            "sandbox": .string(sandbox), "boot": .string(boot), "state": .string(state.rawValue),
            "created": .number(created.seconds),
        ]
        object["name"] = name.map { .string($0) }
        if !aliases.isEmpty { object["aliases"] = .array(aliases.map { .string($0) }) }
        object["type"] = .string(type)
        object["bridge"] = bridge.map { .string($0.text) }
        object["hostInterface"] = hostInterface.map { .string($0.text) }
        object["mac"] = mac.map { .string($0.description) }
        object["addresses"] = .array(addresses.map { .string($0.description) })
        object["gateways"] = .array(gateways.map { .string($0.description) })
        if !ports.isEmpty { object["ports"] = .array(ports.map { .object($0.json) }) }
        object["stages"] = .object(stages)
        object.merge(unknown)
        return object
    }

    /// Decodes a record of this version.
    init(_ object: JSONObject) throws(JSONError) {
        let reader = ObjectReader(object)
        let container = try reader.required("container").parse("a container id") { ContainerID($0) }
        let interface = try reader.required("interface").parse("an interface name") { InterfaceName($0) }
        self.init(
            network: try reader.required("network").parse("a network name") { NetworkName($0) },
            attachment: AttachmentID(container: container, interface: interface),
            sandbox: try reader.required("sandbox").string(), boot: try reader.required("boot").string(),
            created: Timestamp(seconds: try reader.required("created").integer()),
            type: try reader.required("type").string())
        state = try reader.required("state").parse("a state of an endpoint") { State(rawValue: $0) }
        name = try reader.string("name")
        aliases = try reader.strings("aliases") ?? []
        bridge = try reader.parse("bridge", as: "an interface name") { InterfaceName($0) }
        hostInterface = try reader.parse("hostInterface", as: "an interface name") { InterfaceName($0) }
        mac = try reader.parse("mac", as: "a MAC address") { MACAddress($0) }
        addresses = try reader.list("addresses", of: "an address with a prefix length") { IPPrefix($0) }
        gateways = try reader.list("gateways", of: "an IP address") { IPAddress($0) }
        for port in try reader.array("ports") ?? [] { ports.append(try PublishedPort(port.object())) }
        stages = try reader.object("stages")?.object ?? JSONObject()
        unknown = object.without(Self.keys)
    }
}

extension PublishedPort {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        object["hostAddress"] = hostAddress.map { .string($0.description) }
        object["hostPort"] = .number(hostPort.rawValue)
        object["containerPort"] = .number(containerPort.rawValue)
        object["protocol"] = .string(transport.rawValue)
        return object
    }

    fileprivate init(_ reader: ObjectReader) throws(JSONError) {
        self.init(
            hostAddress: try reader.parse("hostAddress", as: "an IP address") { IPAddress($0) },
            hostPort: try reader.requiredPort("hostPort"), containerPort: try reader.requiredPort("containerPort"),
            transport: try reader.required("protocol").parse("a transport protocol") { L4Protocol(rawValue: $0) })
    }
}

extension ObjectReader {
    /// Nil when the key is absent.
    func port(_ key: String) throws(JSONError) -> Port? {
        guard let number = try int(key) else { return nil }
        guard let port = Port(number) else { throw invalid(key, "not a port") }
        return port
    }

    fileprivate func requiredPort(_ key: String) throws(JSONError) -> Port {
        guard let port = try port(key) else { throw invalid(key, "is missing") }
        return port
    }

    /// An array of strings with a meaning; empty when the key is absent.
    func list<Element>(
        _ key: String, of expectation: String, _ convert: (String) -> Element?
    ) throws(JSONError) -> [Element] {
        var elements: [Element] = []
        for value in try array(key) ?? [] { elements.append(try value.parse(expectation, convert)) }
        return elements
    }
}

extension JSONObject {
    func without(_ keys: [String]) -> JSONObject {
        JSONObject(filter { !keys.contains($0.key) }.map { ($0.key, $0.value) })
    }
}
