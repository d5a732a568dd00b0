// SPDX-License-Identifier: Apache-2.0
import CNI
import LinuxSystem
import TestSupport
import Testing

@Suite struct SandboxTests {
    @Test("the host's own namespace is refused before anything is done")
    func hostNamespace() {
        for path in ["/proc/thread-self/ns/net", "/proc/self/task/../ns/net"] {
            var call = PluginCall("ADD")
            call.variables["CNI_NETNS"] = path
            let answer = call.run([SandboxPlugin.self, EchoPlugin.self])
            #expect(answer.error?.code == .invalidNetns)
            #expect(answer.warnings == [])
        }
    }

    @Test("unless that is meant", arguments: ["1", "true", "TRUE"])
    func override(value: String) {
        var call = PluginCall("ADD")
        call.variables["CNI_NETNS"] = "/proc/thread-self/ns/net"
        call.variables["CNI_NETNS_OVERRIDE"] = value
        #expect(call.run().error == nil)
    }

    @Test("DEL is not concerned")
    func deleteInHost() {
        var call = PluginCall("DEL")
        call.variables["CNI_NETNS"] = "/proc/thread-self/ns/net"
        #expect(call.run().isSilentSuccess)
    }

    @Test("ADD and CHECK need a namespace", arguments: ["/nowhere/netns", "/dev/null", "/proc/self/ns/mnt", "/"])
    func notANamespace(path: String) {
        for command in ["ADD", "CHECK"] {
            let answer = open(path, command)
            #expect(answer.error?.code == .invalidNetns)
            #expect(answer.error?.message.contains(path) == true)
        }
    }

    @Test(
        "DEL does not miss one",
        arguments: ["", "/nowhere/netns", "/dev/null/x", "/dev/null", "/proc/self/ns/mnt", "/"])
    func gone(path: String) {
        #expect(open(path, "DEL").warnings == ["sandbox is gone"])
    }

    @Test("an open namespace is used by every verb", arguments: ["ADD", "CHECK", "DEL"])
    func present(command: String) {
        #expect(open("/proc/self/ns/net", command, override: true).warnings == ["sandbox /proc/self/ns/net"])
    }

    private func open(_ path: String, _ command: String, override: Bool = false) -> PluginCall.Answer {
        var call = PluginCall(command)
        call.program = "sandbox"
        call.variables["CNI_NETNS"] = path
        if override { call.variables["CNI_NETNS_OVERRIDE"] = "1" }
        return call.run([SandboxPlugin.self])
    }
}

/// Opens the sandbox as each verb should.
private enum SandboxPlugin: CNIPlugin {
    static let type = "sandbox"

    static func add(_ request: CNIRequest) throws(CNIError) -> CNIResult {
        let sandbox = try request.openSandbox()
        request.warn("sandbox \(sandbox.path)")
        return CNIResult()
    }

    static func delete(_ request: CNIRequest) throws(CNIError) {
        guard let sandbox = try request.openSandboxIfPresent() else { return request.warn("sandbox is gone") }
        request.warn("sandbox \(sandbox.path)")
    }

    static func check(_ request: CNIRequest) throws(CNIError) { _ = try add(request) }
}
