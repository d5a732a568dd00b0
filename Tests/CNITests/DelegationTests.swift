// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct DelegationTests {
    private let plugins: ScriptedPlugins

    init() throws { plugins = try ScriptedPlugins() }

    @Test(
        "a foreign plugin gets the same bytes and environment, with its own verb",
        arguments: ["ADD", "DEL", "CHECK", "GC", "STATUS"])
    func foreign(command: String) throws {
        try plugins.install("foreign", #"[ $CNI_COMMAND != ADD ] || echo '{"ips":[{"address":"10.0.0.9/24"}]}'"#)
        let answer = call(command, "foreign")
        #expect(answer.error == nil)
        #expect(try plugins.inputText(of: "foreign") == configuration(command, "foreign"))
        #expect(
            try plugins.environment(of: "foreign") == [
                "CNI_ARGS=", "CNI_COMMAND=\(command)", "CNI_CONTAINERID=c1", "CNI_IFNAME=eth0",
                "CNI_NETNS=/nowhere/netns", "CNI_PATH=/nowhere/bin:\(plugins.path)",
            ])
        if command == "ADD" {
            #expect(answer.object == ["cniVersion": "1.1.0", "ips": [["address": "10.0.0.9/24"]]])
        } else {
            #expect(answer.isSilentSuccess)
        }
    }

    @Test(
        "its result may have any version",
        arguments: [
            #"{"cniVersion":"0.2.0","ip4":{"ip":"10.0.0.9/24"}}"#,
            #"{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.0.0.9/24"}]}"#,
            #"{"ips":[{"address":"10.0.0.9/24"}]}"#,
        ])
    func versions(result: String) throws {
        try plugins.install("foreign", "echo '\(result)'")
        #expect(call("ADD", "foreign").object == ["cniVersion": "1.1.0", "ips": [["address": "10.0.0.9/24"]]])
    }

    @Test("null is an empty result", arguments: ["null", "{}"])
    func emptyResult(result: String) throws {
        try plugins.install("foreign", "echo '\(result)'")
        #expect(call("ADD", "foreign").object == ["cniVersion": "1.1.0"])
    }

    @Test("its error is ours", arguments: ["ADD", "DEL", "CHECK", "GC", "STATUS"])
    func failure(command: String) throws {
        try plugins.install("foreign", #"echo '{"code":51,"msg":"no uplink","details":"eth7"}'; exit 3"#)
        #expect(
            call(command, "foreign").error == CNIError(CNIError.Code(rawValue: 51), "no uplink", details: "eth7"))
    }

    @Test(
        "a plugin that fails without an error object is described",
        arguments: [
            ("exit 2", 999, "plugin \"foreign\" ended with status 2 at ADD and said nothing on standard output"),
            ("echo oops; exit 2", 999, "plugin \"foreign\" ended with status 2 at ADD and said \"oops\n\""),
            ("echo '{}'; exit 2", 999, "plugin \"foreign\" ended with status 2 at ADD and said \"{}\n\""),
            ("kill -9 $$", 999, "plugin \"foreign\" was ended by a signal at ADD and said nothing on standard output"),
            ("true", 6, "plugin \"foreign\" answered ADD with nothing"),
            (
                "echo '[]'", 6,
                "plugin \"foreign\" answered ADD with something else than a result: expected an object, found an array"
            ),
            (
                "echo oops", 6,
                "plugin \"foreign\" answered ADD with something else than a result: line 1, column 1 (byte 0): expected a value"
            ),
        ])
    func badPlugin(script: String, code: Int, message: String) throws {
        try plugins.install("foreign", script)
        #expect(call("ADD", "foreign").error == CNIError(CNIError.Code(rawValue: code), message))
    }

    @Test("a plugin that cannot be run is described")
    func notExecutable() throws {
        try AtomicFile.write([], to: plugins.path.appending("foreign"))
        let error = call("ADD", "foreign").error
        #expect(error?.code == .internalError)
        #expect(error?.message.hasPrefix("plugin \"foreign\" did not run: run ") == true)
    }

    @Test(
        "a type must be the name of a file that exists",
        arguments: ["", "..", "../bin/sh", "/bin/sh", "absent", "../\u{301}", "sh\\u0000"])
    func badType(type: String) {
        #expect(call("ADD", type).error?.code == .invalidConfiguration)
    }

    @Test("our own plugin is called without a process", arguments: ["echo", "buildkit-cni-echo"])
    func sibling(type: String) throws {
        try link(type)
        let answer = call("ADD", type)
        #expect(answer.warnings == ["add n1 c1:eth0 /nowhere/netns"])
        #expect(answer.object?["interfaces"] == [["name": "eth0", "sandbox": "/nowhere/netns"]])
    }

    @Test(
        "every verb reaches our own plugin",
        arguments: [
            ("DEL", "delete c1:eth0 /nowhere/netns 0 addresses"), ("GC", "keep c1:eth0"),
        ])
    func siblingVerbs(command: String, warning: String) throws {
        try link("echo")
        let answer = call(command, "echo")
        #expect(answer.isSilentSuccess)
        #expect(answer.warnings == [warning])
    }

    @Test("our own plugin's failures are passed on", arguments: ["ADD", "DEL", "CHECK"])
    func siblingFailure(command: String) throws {
        #expect(call(command, "broken").error?.code == .hostPortTaken)
        #expect(call("STATUS", "broken").isSilentSuccess)
    }

    @Test("another program of the name of ours is preferred when the runtime's path has it")
    func foreignNamesake() throws {
        try plugins.install("echo", "echo '{}'")
        let answer = call("ADD", "echo")
        #expect(answer.warnings == [])
        #expect(try plugins.log() == ["echo ADD"])
    }

    @Test("our own plugin is found without any file")
    func siblingWithoutFile() {
        #expect(call("DEL", "echo").warnings == ["delete c1:eth0 /nowhere/netns 0 addresses"])
    }

    private func configuration(_ command: String, _ type: String) -> String {
        let previous = command == "ADD" ? "" : #""prevResult":{},"#
        return "{\"name\":\"n1\",\"cniVersion\":\"1.1.0\",\"ipam\":{\"type\":\"\(type)\"},\(previous)"
            + "\"cni.dev/valid-attachments\":[{\"containerID\":\"c1\",\"ifname\":\"eth0\"}]}"
    }

    private func call(_ command: String, _ type: String) -> PluginCall.Answer {
        var call = PluginCall(command, configuration(command, type))
        call.program = "delegating"
        call.variables["CNI_PATH"] = "/nowhere/bin:\(plugins.path)"
        return call.run([DelegatingPlugin.self, EchoPlugin.self, BrokenPlugin.self])
    }

    /// Installs this program under the name of a plugin.
    private func link(_ type: String) throws {
        try Command.run("ln -s /proc/self/exe \(plugins.path.appending(type))")
    }
}
