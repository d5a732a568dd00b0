// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A network as a runtime sees it: a name, a version and a list of plugins, each a process of its own.
struct LifecycleNetwork: Sendable {
    /// How a network is made up.
    enum Kind: String, CaseIterable, CustomStringConvertible {
        /// The type that does it all.
        case swnet
        /// `bridge` with `host-local`, `portmap`, `firewall`, `tuning`.
        case chain

        var description: String { rawValue }
    }

    let runner: PluginRunner
    let name: String
    /// What the list says of each plugin.
    var plugins: [JSONObject]
    var version = "1.1.0"

    /// - Parameters:
    ///   - number: Tells networks of one host apart: the third byte of the subnet.
    ///   - range: The last byte of the first and the last address.
    init(_ kind: Kind, _ runner: PluginRunner, number: Int = 1, range: ClosedRange<Int> = 2...200) {
        self.runner = runner
        name = "net\(number)"
        let leases = JSON.string(runner.leaseDirectory.string)
        let (v4, v6) = (Self.range(number, .ipv4, range), Self.range(number, .ipv6, range))
        let sysctls: JSON = ["net.ipv4.conf.IFNAME.arp_filter": "1"]
        switch kind {
        case .swnet:
            plugins = [
                [
                    "type": "swnet", "bridge": "br\(number)", "subnets": [v4, v6], "dataDir": leases,
                    "sysctls": sysctls, "capabilities": ["portMappings": true, "ips": true],
                    // Whoever traces a plugin to its end would wait for the resolver, too.
                    "dns": ["enabled": false],
                ]
            ]
        case .chain:
            let ipam: JSON = [
                "type": "host-local", "ranges": [[v4], [v6]], "dataDir": leases,
                "routes": [["dst": "0.0.0.0/0"], ["dst": "::/0"]],
            ]
            plugins = [
                [
                    "type": "bridge", "bridge": "br\(number)", "isGateway": true, "ipMasq": true, "hairpinMode": true,
                    "ipam": ipam, "capabilities": ["ips": true],
                ],
                ["type": "portmap", "capabilities": ["portMappings": true]],
                ["type": "firewall", "ingressPolicy": "same-bridge"],
                ["type": "tuning", "sysctl": sysctls, "mtu": 1400, "mac": "02:00:00:00:00:\(10 + number)"],
            ]
        }
    }

    private enum Family { case ipv4, ipv6 }

    private static func range(_ number: Int, _ family: Family, _ range: ClosedRange<Int>) -> JSON {
        let (prefix, length) = family == .ipv4 ? ("10.1.\(number).", 24) : ("fd00:\(number)::", 64)
        let text: (Int) -> String = { family == .ipv4 ? String($0) : String($0, radix: 16) }
        return [
            "subnet": "\(prefix)\(family == .ipv4 ? "0" : "")/\(length)",
            "rangeStart": "\(prefix)\(text(range.lowerBound))", "rangeEnd": "\(prefix)\(text(range.upperBound))",
        ]
    }

    var bridge: String { plugins[0]["bridge"]?.stringValue ?? "" }
    var types: [String] { plugins.compactMap { $0["type"]?.stringValue } }

    /// The same network with other values for keys of one plugin; `null` removes a key.
    func with(_ keys: JSONObject, of plugin: Int = 0) -> LifecycleNetwork {
        var network = self
        for member in keys { network.plugins[plugin][member.key] = member.value.isNull ? nil : member.value }
        return network
    }

    /// The same network under another version of the specification.
    func with(version: String) -> LifecycleNetwork {
        var network = self
        network.version = version
        return network
    }
}

/// Something that joins networks: a container's name, interface and namespace.
struct LifecycleContainer: Sendable {
    let id: String
    var interface = "eth0"
    var namespace: TestNamespace?
    var path: FilePath
    /// `runtimeConfig`, as far as a plugin declares the capability.
    var runtime: JSONObject = [:]

    /// Makes a namespace for it.
    ///
    /// - Parameter name: What the path of the namespace ends in; nil for the container's id.
    init(_ id: String, _ runner: PluginRunner, runtime: JSONObject = [:], boundAs name: String? = nil) throws {
        self.id = id
        self.runtime = runtime
        let namespace = try TestNamespace()
        self.namespace = namespace
        path = try runner.bind(namespace, as: name ?? id)
    }

    /// Publishes a TCP port as port 80 of the container.
    static func publishing(_ port: Int) -> JSONObject {
        ["portMappings": [["hostPort": .number(port), "containerPort": 80, "protocol": "tcp"]]]
    }
}

extension LifecycleNetwork {
    /// What a runtime gives plugin number `plugin` on standard input.
    func configuration(_ plugin: Int, _ container: LifecycleContainer?, previous: JSONObject? = nil) -> JSONObject {
        var object: JSONObject = ["cniVersion": .string(version), "name": .string(name)]
        object.merge(plugins[plugin])
        let declared = plugins[plugin]["capabilities"]?.objectValue?.keys ?? []
        let runtime = (container?.runtime ?? [:]).filter { declared.contains($0.key) }.map { ($0.key, $0.value) }
        if !runtime.isEmpty { object["runtimeConfig"] = .object(JSONObject(runtime)) }
        if let previous { object["prevResult"] = .object(previous) }
        return object
    }

    /// Runs one plugin for one container.
    func run(
        _ command: String, _ plugin: Int, _ container: LifecycleContainer, previous: JSONObject? = nil,
        wrapper: [String] = []
    ) throws -> PluginAnswer {
        try runner.run(
            types[plugin],
            [
                "CNI_COMMAND": command, "CNI_CONTAINERID": container.id, "CNI_NETNS": container.path.string,
                "CNI_IFNAME": container.interface, "CNI_ARGS": "",
            ], input: configuration(plugin, container, previous: previous).encoded(), wrapper: wrapper)
    }

    /// Runs one plugin for the network as a whole.
    func run(_ command: String, _ plugin: Int, adding keys: JSONObject = [:]) throws -> PluginAnswer {
        var input = configuration(plugin, nil)
        input.merge(keys)
        return try runner.run(types[plugin], ["CNI_COMMAND": command], input: input.encoded())
    }

    /// ADD with every plugin up to the first that fails, whose answer it returns; else the last one's.
    @discardableResult
    func add(_ container: LifecycleContainer, plugins: Range<Int>? = nil) throws -> PluginAnswer {
        var answer: PluginAnswer?
        for plugin in plugins ?? self.plugins.indices {
            answer = try run("ADD", plugin, container, previous: answer?.object)
            if answer?.isSuccess == false { break }
        }
        return try #require(answer)
    }

    /// DEL with every plugin in reverse, up to the first that fails.
    @discardableResult
    func delete(_ container: LifecycleContainer, previous: JSONObject? = nil) throws -> PluginAnswer {
        var answer: PluginAnswer?
        for plugin in plugins.indices.reversed() {
            answer = try run("DEL", plugin, container, previous: previous)
            if answer?.isSilentSuccess == false { break }
        }
        return try #require(answer)
    }

    /// CHECK with every plugin up to the first that fails.
    func check(_ container: LifecycleContainer, result: JSONObject) throws -> PluginAnswer {
        var answer: PluginAnswer?
        for plugin in plugins.indices {
            answer = try run("CHECK", plugin, container, previous: result)
            if answer?.isSuccess == false { break }
        }
        return try #require(answer)
    }
}
