// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import TestSupport
import Testing

/// The cases in which a request is refused before, or in spite of, any plugin; with the codes of CNI 1.1 section 5.
@Suite struct ConformanceTests {
    @Test(
        "what is no JSON object is code 6",
        arguments: ["", "not json", "[]", "\"x\"", "1", "{", "{} {}", "{}x", "\u{feff}{}"])
    func notAnObject(input: String) {
        for command in ["ADD", "DEL", "CHECK", "GC", "STATUS"] {
            #expect(PluginCall(command, input).run().error?.code == .decodingFailure)
        }
    }

    @Test("bytes that are no UTF-8 are code 6")
    func notUTF8() {
        var call = PluginCall("ADD")
        call.input = Array(#"{"name":"n"#.utf8) + [0xff] + Array(#""}"#.utf8)
        #expect(call.run().error?.code == .decodingFailure)
    }

    @Test("every truncation of a configuration is code 6, and never a crash")
    func truncated() {
        let whole = Array(#"{"cniVersion":"1.1.0","name":"n1","type":"echo","x":[1.5e3,"\u00e9",null,true]}"#.utf8)
        for length in whole.indices {
            var call = PluginCall("ADD")
            call.input = Array(whole[..<length])
            #expect(call.run().error?.code == .decodingFailure)
        }
    }

    @Test("a damaged request gets an error or a result, and never a crash", arguments: UInt64(0)..<100)
    func damaged(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let whole =
            #"{"cniVersion":"1.1.0","name":"n1","type":"echo","args":{"cni":{}},"runtimeConfig":{},"dns":{},"#
            + #""prevResult":{"interfaces":[{"name":"a"}],"ips":[{"address":"fd00::2/64","interface":0}]},"#
            + #""cni.dev/valid-attachments":[{"containerID":"c1","ifname":"eth0"}]}"#
        let bytes = Array("{}[]\",:01-.\\n\0\u{ff}".utf8)
        for command in ["ADD", "DEL", "CHECK", "GC", "STATUS"] {
            var call = PluginCall(command)
            call.input = Array(whole.utf8)
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let place = Int.random(in: call.input.indices, using: &generator)
                call.input[place] = try #require(bytes.randomElement(using: &generator))
            }
            let answer = call.run()
            #expect(answer.error != nil || answer.isSilentSuccess || (command == "ADD" && answer.object != nil))
        }
    }

    @Test("thousands of port mappings are no problem")
    func manyPorts() {
        let port = #"{"hostPort":8080,"containerPort":80,"protocol":"tcp","hostIP":"127.0.0.1"}"#
        let ports = Array(repeating: port, count: 10_000).joined(separator: ",")
        let input = "{\"cniVersion\":\"1.1.0\",\"name\":\"n1\",\"runtimeConfig\":{\"portMappings\":[\(ports)]}}"
        #expect(PluginCall("ADD", input).run().error == nil)
    }

    @Test("a configuration without end is code 6")
    func huge() {
        var call = PluginCall("ADD")
        call.input += [UInt8](repeating: 0x20, count: JSON.maximumSize)
        #expect(call.run().error?.code == .decodingFailure)
    }

    @Test("nesting without end is code 6")
    func deep() {
        let error = PluginCall("ADD", "{\"name\":" + String(repeating: "[", count: 100_000)).run().error
        #expect(error?.code == .decodingFailure)
        #expect(error?.message.contains("levels") == true)
    }

    @Test("a network needs a name", arguments: ["{}", #"{"name":""}"#, #"{"name":null}"#])
    func missingName(input: String) {
        #expect(PluginCall("ADD", input).run().error == CNIError(.invalidConfiguration, "missing network name"))
    }

    @Test("a name that is no string is code 6", arguments: ["1", "{}", "[\"a\"]", "true"])
    func wrongName(name: String) {
        #expect(PluginCall("ADD", "{\"name\":\(name)}").run().error?.code == .decodingFailure)
    }

    @Test(
        "names are checked before they can become paths",
        arguments: ["a b", "-x", ".x", "a/b", "..", "ä", "a\\u0000", "_a"])
    func badName(name: String) {
        let error = PluginCall("ADD", "{\"name\":\"\(name)\"}").run().error
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message == "invalid characters found in network name")
    }

    @Test(
        "names of the allowed characters are accepted",
        arguments: ["a", "a.b-c_d", "0", String(repeating: "n", count: 200)])
    func goodName(name: String) {
        #expect(PluginCall("ADD", "{\"cniVersion\":\"1.0.0\",\"name\":\"\(name)\"}").run().error == nil)
    }

    @Test("a name must fit a file name")
    func longName() {
        let name = String(repeating: "n", count: 201)
        let error = PluginCall("ADD", "{\"cniVersion\":\"1.0.0\",\"name\":\"\(name)\"}").run().error
        #expect(error == CNIError(.invalidConfiguration, "network name is longer than 200 bytes", details: name))
    }

    @Test("container IDs are checked", arguments: ["bad/id", "-a", "..", "a b", "a\n", "ä"])
    func badContainerID(id: String) {
        for command in ["ADD", "DEL", "CHECK"] {
            var call = PluginCall(command)
            call.variables["CNI_CONTAINERID"] = id
            let answer = call.run()
            #expect(answer.error?.code == .invalidEnvironment)
            #expect(answer.error?.message.contains("CNI_CONTAINERID") == true)
            #expect(!answer.hasReadInput)
        }
    }

    @Test(
        "interface names are checked",
        arguments: ["this-is-too-long-name", "a b", "a/b", "a:b", ".", "..", "a\u{a0}b", "a\u{2003}b"])
    func badInterfaceName(name: String) {
        var call = PluginCall("DEL")
        call.variables["CNI_IFNAME"] = name
        #expect(call.run().error?.code == .invalidEnvironment)
    }

    @Test("interface names the kernel takes are accepted", arguments: ["eth0.100", "exactly15bytes_", "é"])
    func goodInterfaceName(name: String) {
        var call = PluginCall("DEL")
        call.variables["CNI_IFNAME"] = name
        #expect(call.run().isSilentSuccess)
    }

    @Test(
        "missing variables are named together, in the order of the specification",
        arguments: [
            ("ADD", "CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH"),
            ("CHECK", "CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH"),
            ("DEL", "CNI_CONTAINERID,CNI_IFNAME"), ("GC", "CNI_PATH"), ("STATUS", "CNI_PATH"),
        ])
    func missingVariables(command: String, names: String) {
        for emptied in [true, false] {
            var call = PluginCall(command)
            call.variables =
                emptied ? call.variables.mapValues { _ in "" } : [:]
            call.variables["CNI_COMMAND"] = command
            let answer = call.run()
            #expect(answer.error == CNIError(.invalidEnvironment, "required env variables [\(names)] missing"))
            #expect(!answer.hasReadInput)
        }
    }

    @Test("an unknown command is refused after the configuration was looked at", arguments: ["FOO", "add", " ADD"])
    func unknownCommand(command: String) {
        var call = PluginCall(command)
        call.variables = ["CNI_COMMAND": command]
        #expect(call.run().error == CNIError(.invalidEnvironment, "unknown CNI_COMMAND: \(command)"))
        call.input = []
        #expect(call.run().error?.code == .decodingFailure)
    }

    @Test("versions that are not supported are code 1", arguments: ["9.9.9", "1.2", "abc", "1.1", "0.5.0"])
    func unsupportedVersion(version: String) {
        for command in ["ADD", "DEL"] {
            let error = PluginCall(command, "{\"name\":\"n1\",\"cniVersion\":\"\(version)\"}").run().error
            #expect(error?.code == .incompatibleVersion)
            #expect(error?.details.hasPrefix("config is \"\(version)\", plugin supports [\"0.1.0\" ") == true)
        }
    }

    @Test(
        "verbs need the version they came with",
        arguments: [
            ("CHECK", "\"0.3.1\"", 1), ("CHECK", "null", 1), ("CHECK", "\"abc\"", 6), ("CHECK", "\"1.2.0\"", 1),
            ("CHECK", "\"0.5.0\"", 1), ("CHECK", "1", 6), ("GC", "\"1.0.0\"", 1), ("GC", "\"1.1.0.0\"", 6),
            ("GC", "\"9.9.9\"", 1),
            ("STATUS", "\"1.0.0\"", 1), ("STATUS", "\"\"", 1), ("ADD", "1.1", 6),
        ])
    func versionOfVerb(command: String, version: String, code: Int) {
        let input = "{\"name\":\"n1\",\"cniVersion\":\(version),\"prevResult\":{}}"
        #expect(PluginCall(command, input).run().error?.code.rawValue == code)
    }

    @Test("CNI_ARGS needs no IgnoreUnknown")
    func arguments() {
        var call = PluginCall("ADD")
        call.variables["CNI_ARGS"] = "K8S_POD_NAME=x"
        #expect(call.run().error == nil)
    }

    @Test("a malformed CNI_ARGS is code 4, except where things have to be cleaned up")
    func malformedArguments() {
        var call = PluginCall("ADD")
        call.variables["CNI_ARGS"] = "FOO"
        #expect(call.run().error?.code == .invalidEnvironment)
        call.variables["CNI_COMMAND"] = "DEL"
        #expect(call.run().isSilentSuccess)
    }

    @Test(
        "DEL works with little",
        arguments: [
            #"{"name":"n1"}"#, #"{"name":"n1","cniVersion":"0.4.0","prevResult":null}"#,
            #"{"name":"n1","cniVersion":"1.0.0","prevResult":{"cniVersion":"0.2.0"}}"#,
            #"{"name":"n1","cniVersion":"1.0.0","prevResult":[],"runtimeConfig":3,"args":"x","type":7}"#,
            #"{"name":"n1","cniVersion":"1.0.0","prevResult":{"ips":[{"address":"nonsense"}]}}"#,
        ])
    func leniency(input: String) {
        for netns in ["", "/nowhere", "/etc/passwd"] {
            var call = PluginCall("DEL", input)
            call.variables["CNI_NETNS"] = netns
            call.variables["CNI_PATH"] = nil
            let answer = call.run()
            #expect(answer.isSilentSuccess)
            #expect(answer.warnings.last == "delete c1:eth0 \(netns.isEmpty ? "none" : netns) no result")
        }
    }

    @Test(
        "the same faults stop ADD",
        arguments: [
            (#""prevResult":{"cniVersion":"0.2.0"}"#, 7), (#""prevResult":[]"#, 6), (#""runtimeConfig":3"#, 6),
            (#""args":"x""#, 6),
            (#""args":{"cni":1}"#, 6), (#""prevResult":{"ips":[{"address":"nonsense"}]}"#, 7), (#""type":7"#, 6),
        ])
    func strictness(key: String, code: Int) {
        let error = PluginCall("ADD", "{\"name\":\"n1\",\"cniVersion\":\"1.0.0\",\(key)}").run().error
        #expect(error?.code.rawValue == code)
    }

    @Test("a previous result of another family is refused with both versions")
    func foreignPreviousResult() throws {
        let input = #"{"name":"n1","cniVersion":"1.0.0","prevResult":{"cniVersion":"0.2.0"}}"#
        let message = try #require(PluginCall("ADD", input).run().error?.message)
        #expect(message.contains("0.2.0") && message.contains("1.0.0, 1.1.0"))
    }

    @Test(
        "a previous result of a sibling version is accepted",
        arguments: [("0.4.0", "0.3.0"), ("1.0.0", "1.1.0"), ("0.1.0", "0.2.0")])
    func siblingPreviousResult(own: String, previous: String) {
        let result = previous == "0.2.0" ? #""ip4":{"ip":"10.0.0.2/24"}"# : #""ips":[{"address":"10.0.0.2/24"}]"#
        let input =
            "{\"name\":\"n1\",\"cniVersion\":\"\(own)\",\"prevResult\":{\"cniVersion\":\"\(previous)\",\(result)}}"
        let answer = PluginCall("ADD", input).run()
        #expect(answer.error == nil)
        #expect(answer.object?["cniVersion"] == .string(own))
    }

    @Test("CHECK needs the previous result")
    func checkWithoutResult() {
        #expect(PluginCall("CHECK").run().error?.code == .invalidConfiguration)
    }

    @Test("keys match whatever their case is")
    func keyCase() {
        let answer = PluginCall(
            "ADD", #"{"NAME":"n1","CniVersion":"1.0.0","PrevResult":{"IPs":[{"Address":"10.0.0.2/24","Gateway":""}]}}"#
        ).run()
        #expect(answer.object == ["cniVersion": "1.0.0", "ips": [["address": "10.0.0.2/24"]]])
    }

    @Test("an error shows the version as soon as it is known")
    func versionInErrors() {
        #expect(PluginCall("ADD", "{}").run().object?["cniVersion"] == nil)
        #expect(PluginCall("CHECK", #"{"name":"n1","cniVersion":"0.3.1"}"#).run().object?["cniVersion"] == "0.3.1")
        #expect(PluginCall("ADD", #"{"name":"n1","cniVersion":"7.0.0"}"#).run().object?["cniVersion"] == nil)
    }
}
