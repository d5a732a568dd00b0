// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import SystemPackage
import TestSupport

/// Debian's host-local, run the way libcni runs it.
enum ReferenceHostLocal {
    static let program: FilePath = "/usr/lib/cni/host-local"
    static var isInstalled: Bool { File.exists(program) }

    /// Runs `command` on the store of `store` and returns the answer; an error object has a `msg`.
    @discardableResult
    static func run(
        _ command: String, _ container: String, in store: LeaseStore, subnets: [String], arguments: String = ""
    ) throws -> JSONObject {
        let ranges = subnets.map { JSON.array([["subnet": .string($0)]]) }
        let configuration: JSONObject = [
            "cniVersion": "1.0.0", "name": "n1", "type": "bridge",
            "ipam": [
                "type": "host-local", "dataDir": .string(store.root.path.string), "ranges": .array(ranges),
            ],
        ]
        let outcome = try ChildProcess.run(
            program, input: configuration.encoded(),
            environment: [
                "CNI_COMMAND=\(command)", "CNI_CONTAINERID=\(container)", "CNI_IFNAME=eth0", "CNI_NETNS=/none",
                "CNI_PATH=/usr/lib/cni", "CNI_ARGS=\(arguments)",
            ])
        return outcome.output.isEmpty ? JSONObject() : try JSONObject(parsing: outcome.output)
    }

    /// ADD; the addresses as text without their lengths.
    static func add(_ container: String, in store: LeaseStore, subnets: [String], arguments: String = "") throws
        -> [String]
    {
        let answer = try run("ADD", container, in: store, subnets: subnets, arguments: arguments)
        return answer["ips"]?.arrayValue?.compactMap {
            $0.objectValue?["address"]?.stringValue?.split(separator: "/").first.map(String.init)
        } ?? []
    }
}
