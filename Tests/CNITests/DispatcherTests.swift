// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import Testing

@Suite struct DispatcherTests {
    @Test("ADD answers with the result in the version asked for")
    func add() {
        let answer = PluginCall("ADD", #"{"cniVersion":"0.4.0","name":"n1","addresses":["10.0.0.2/24"]}"#).run()
        #expect(answer.outcome.exitStatus == 0)
        #expect(answer.warnings == ["add n1 c1:eth0 /nowhere/netns"])
        #expect(
            answer.text == """
                {
                    "cniVersion": "0.4.0",
                    "interfaces": [
                        {
                            "name": "eth0",
                            "sandbox": "/nowhere/netns"
                        }
                    ],
                    "ips": [
                        {
                            "version": "4",
                            "address": "10.0.0.2/24"
                        }
                    ],
                    "dns": {}
                }
                """)
    }

    @Test(
        "without cniVersion the result has the shape of 0.1.0",
        arguments: ["", #""cniVersion":"","#, #""cniVersion":null,"#])
    func oldestVersion(key: String) {
        let answer = PluginCall("ADD", "{\(key)\"name\":\"n1\",\"addresses\":[\"10.0.0.2/24\"]}").run()
        #expect(answer.object == ["cniVersion": "0.1.0", "ip4": ["ip": "10.0.0.2/24"], "dns": [:]])
    }

    @Test("a result that the version cannot express is undone")
    func inexpressible() {
        let answer = PluginCall("ADD", #"{"cniVersion":"0.2.0","name":"n1"}"#).run()
        #expect(answer.error?.code == .invalidConfiguration)
        #expect(answer.object?["cniVersion"] == "0.2.0")
        #expect(answer.warnings == ["add n1 c1:eth0 /nowhere/netns", "delete c1:eth0 /nowhere/netns no result"])
    }

    @Test("a result that cannot be delivered can be undone")
    func undeliverable() throws {
        let answer = PluginCall("ADD").run()
        let undo = try #require(answer.outcome.undo)
        undo()
        #expect(PluginCall("DEL").run().outcome.undo == nil)
        #expect(PluginCall("ADD").run([BrokenPlugin.self, EchoPlugin.self]).outcome.undo != nil)
    }

    @Test("a plugin's error is passed on with its code", arguments: ["ADD", "DEL", "CHECK"])
    func pluginError(command: String) {
        var call = PluginCall(command)
        call.program = "broken"
        let answer = call.run()
        #expect(
            answer.text == """
                {
                    "cniVersion": "1.1.0",
                    "code": 102,
                    "msg": "host port 80 is taken",
                    "details": "by c2"
                }
                """)
        #expect(answer.error?.description == "host port 80 is taken; by c2")
    }

    @Test("DEL, CHECK, GC and STATUS succeed in silence", arguments: ["DEL", "CHECK", "GC", "STATUS"])
    func silence(command: String) {
        let input = #"{"cniVersion":"1.1.0","name":"n1","prevResult":{},"cni.dev/valid-attachments":[]}"#
        #expect(PluginCall(command, input).run().isSilentSuccess)
    }

    @Test("a plugin without garbage and conditions succeeds at GC and STATUS", arguments: ["GC", "STATUS"])
    func defaults(command: String) {
        var call = PluginCall(command, #"{"cniVersion":"1.1.0","name":"n1","cni.dev/valid-attachments":null}"#)
        call.program = "broken"
        #expect(call.run().isSilentSuccess)
    }

    @Test("VERSION is answered by any name and without reading anything", arguments: ["echo", "swnet-cni", ""])
    func version(program: String) {
        var call = PluginCall("VERSION")
        call.variables = ["CNI_COMMAND": "VERSION"]
        call.program = program
        let answer = call.run()
        let versions = #"["0.1.0","0.2.0","0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]"#
        #expect(answer.text == "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":\(versions)}\n")
        #expect(answer.outcome.exitStatus == 0)
        #expect(!answer.hasReadInput)
    }

    @Test(
        "without a command the program introduces itself",
        arguments: [
            ("/opt/cni/bin/echo", "echo"), ("buildkit-cni-echo", "echo"), ("swnet-cni", "swnet-cni"),
        ])
    func about(program: String, name: String) {
        var call = PluginCall("")
        call.program = program
        let answer = call.run()
        #expect(
            answer.outcome.notice
                == "CNI \(name) plugin v2.0.0\n"
                + "CNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n")
        #expect(answer.outcome.exitStatus == 0)
        #expect(answer.outcome.output.isEmpty)
        #expect(!answer.hasReadInput)
    }

    @Test("standard input that cannot be read is code 5")
    func unreadableInput() {
        var call = PluginCall("DEL")
        call.inputError = CNIError(.ioFailure, "read standard input: Input/output error")
        #expect(call.run().error == call.inputError)
    }

    @Test(
        "GC keeps what is listed",
        arguments: [
            (
                #""cni.dev/valid-attachments":[{"containerID":"c2","ifname":"eth1"},{"containerID":"c1","ifname":"eth0"}]"#,
                "keep c1:eth0 c2:eth1"
            ),
            (#""cni.dev/attachments":[{"containerID":"c1","ifname":"eth0"}]"#, "keep c1:eth0"),
            (#""cni.dev/valid-attachments":[],"cni.dev/attachments":[{"containerID":"c1","ifname":"eth0"}]"#, "keep "),
            (#""cni.dev/valid-attachments":[]"#, "keep "), (#""cni.dev/valid-attachments":null"#, "keep "),
            (#""cni.dev/valid-attachments":[{"containerID":"../c1","ifname":"eth0"}]"#, "keep "),
            (#""x":1"#, "GC without cni.dev/valid-attachments: nothing was removed"),
        ])
    func garbage(key: String, warning: String) {
        let answer = PluginCall("GC", "{\"cniVersion\":\"1.1.0\",\"name\":\"n1\",\(key)}").run()
        #expect(answer.isSilentSuccess)
        #expect(answer.warnings == [warning])
    }

    @Test(
        "GC removes nothing when the list cannot be understood",
        arguments: [
            #"{}"#, #"[{}]"#, #"[{"containerID":"c1"}]"#, #"["c1"]"#, #"[{"containerID":1,"ifname":"eth0"}]"#,
        ])
    func garbageMisunderstood(list: String) {
        let answer = PluginCall(
            "GC", "{\"cniVersion\":\"1.1.0\",\"name\":\"n1\",\"cni.dev/valid-attachments\":\(list)}"
        ).run()
        #expect(answer.error != nil)
        #expect(answer.warnings == [])
    }
}
