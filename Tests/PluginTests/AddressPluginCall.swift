// SPDX-License-Identifier: Apache-2.0
import CNI
import HostLocalPlugin
import JSON
import LinuxSystem
import StaticPlugin
import SystemPackage
import TestSupport

/// One run of an address plugin from environment and configuration to its answer.
struct AddressPluginCall {
    var variables = [
        "CNI_CONTAINERID": "c1", "CNI_NETNS": "/nowhere/netns", "CNI_IFNAME": "eth0", "CNI_ARGS": "",
        "CNI_PATH": "/nowhere/bin",
    ]
    var configuration: JSONObject

    init(_ type: String, _ ipam: JSONObject, version: String = "1.1.0") {
        var section = ipam
        section["type"] = .string(type)
        configuration = ["cniVersion": .string(version), "name": "n1", "type": "bridge", "ipam": .object(section)]
    }

    struct Answer {
        let outcome: Outcome

        var object: JSONObject { (try? JSONObject(parsing: outcome.output)) ?? JSONObject() }
        var error: CNIError? { outcome.exitStatus == 0 ? nil : CNIError(object) }
        /// Success without output.
        var isSilentSuccess: Bool { outcome.exitStatus == 0 && outcome.output.isEmpty }
        /// What `ips` lists.
        var addresses: [String] {
            object["ips"]?.arrayValue?.compactMap { $0.objectValue?["address"]?.stringValue } ?? []
        }
    }

    @discardableResult
    func run(_ command: String) -> Answer { run(command, input: configuration.encoded()) }

    func run(_ command: String, input: [UInt8]) -> Answer {
        let type = configuration["ipam"]?.objectValue?["type"]?.stringValue ?? "host-local"
        let environment = variables.map { "\($0)=\($1)" } + ["CNI_COMMAND=\(command)"]
        let invocation = Invocation(arguments: ["/opt/cni/bin/\(type)"], environment: environment)
        let dispatcher = Dispatcher([HostLocalPlugin.self, StaticPlugin.self], invocation) { _ in }
        return Answer(outcome: dispatcher.respond { input })
    }

    /// The same call for another container.
    func container(_ id: String) -> AddressPluginCall {
        var call = self
        call.variables["CNI_CONTAINERID"] = id
        return call
    }

    /// The same call with a value at the top of the configuration.
    func with(_ key: String, _ value: JSON) -> AddressPluginCall {
        var call = self
        call.configuration[key] = value
        return call
    }

    func arguments(_ text: String) -> AddressPluginCall {
        var call = self
        call.variables["CNI_ARGS"] = text
        return call
    }
}
