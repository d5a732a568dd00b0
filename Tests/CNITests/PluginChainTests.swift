// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import NetworkTypes
import SystemPackage
import Testing

@Suite struct PluginChainTests {
    private let plugins: ScriptedPlugins
    private let attachment: PluginChain.Attachment

    init() throws {
        plugins = try ScriptedPlugins()
        let id = AttachmentID(
            container: try #require(ContainerID("c1")), interface: try #require(InterfaceName("eth0")))
        attachment = PluginChain.Attachment(
            id, netns: "/nowhere/netns", arguments: "IgnoreUnknown=1;K8S_POD_NAME=web",
            capabilities: ["portMappings": [["hostPort": 80]], "ips": ["10.0.0.7"]])
    }

    @Test("ADD hands the result from plugin to plugin")
    func add() throws {
        try plugins.install("one", #"echo '{"ips":[{"address":"10.0.0.9/24"}]}'"#)
        try plugins.install("two", #"echo '{"cniVersion":"1.0.0","ips":[],"vendor":1}'"#)
        let chain = try chain(
            #"{"type":"one","x":1},{"type":"two","capabilities":{"portMappings":true,"ips":false,"mac":true}}"#)
        #expect(try chain.add(attachment) == ["cniVersion": "1.0.0", "ips": [], "vendor": 1])
        #expect(try plugins.log() == ["one ADD", "two ADD"])
        #expect(try plugins.input(of: "one") == ["type": "one", "x": 1, "name": "n1", "cniVersion": "1.0.0"])
        #expect(
            try plugins.input(of: "two") == [
                "type": "two", "capabilities": ["portMappings": true, "ips": false, "mac": true], "name": "n1",
                "cniVersion": "1.0.0", "prevResult": ["ips": [["address": "10.0.0.9/24"]], "cniVersion": "1.0.0"],
                "runtimeConfig": ["portMappings": [["hostPort": 80]]],
            ])
        #expect(
            try plugins.environment(of: "one") == [
                "CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAME=web", "CNI_COMMAND=ADD", "CNI_CONTAINERID=c1", "CNI_IFNAME=eth0",
                "CNI_NETNS=/nowhere/netns", "CNI_PATH=\(plugins.path)",
            ])
    }

    @Test("a failing plugin stops ADD and is named")
    func addFails() throws {
        try plugins.install("one", #"echo '{"code":7,"msg":"bad subnet","details":"d"}'; exit 1"#)
        try plugins.install("two", "echo '{}'")
        let error = failure { _ = try chain(#"{"type":"one"},{"type":"two"}"#).add(attachment) }
        #expect(
            error == CNIError(.invalidConfiguration, "plugin one of network n1 failed at ADD: bad subnet", details: "d")
        )
        #expect(try plugins.log() == ["one ADD"])
        try plugins.install("one", "true")
        #expect(failure { _ = try chain(#"{"type":"one"}"#).add(attachment) }?.code == .decodingFailure)
        #expect(failure { _ = try chain(#"{"type":"absent"}"#).add(attachment) }?.code == .invalidConfiguration)
    }

    @Test("DEL runs backwards with the final result and stops at a failure")
    func delete() throws {
        for type in ["one", "two", "three"] { try plugins.install(type, "[ \(type) != two ] || exit 1") }
        let chain = try chain(#"{"type":"one"},{"type":"two"},{"type":"three"}"#)
        #expect(failure { try chain.delete(attachment, previous: ["cniVersion": "1.0.0"]) } != nil)
        #expect(try plugins.log() == ["three DEL", "two DEL"])
        #expect(try plugins.input(of: "three")["prevResult"] == ["cniVersion": "1.0.0"])
    }

    @Test("DEL without a sandbox passes an empty path, and old versions get no result")
    func deleteWithoutSandbox() throws {
        try plugins.install("one", "true")
        let gone = PluginChain.Attachment(attachment.id, netns: nil)
        try chain(#"{"type":"one"}"#, version: "0.3.1").delete(gone, previous: ["cniVersion": "0.3.1"])
        #expect(try plugins.input(of: "one")["prevResult"] == nil)
        #expect(try plugins.input(of: "one")["runtimeConfig"] == nil)
        #expect(try plugins.environment(of: "one").contains("CNI_NETNS="))
    }

    @Test("CHECK runs forwards unless the list is too old or forbids it")
    func check() throws {
        try plugins.install("one", "true")
        try plugins.install("two", "true")
        let both = #"{"type":"one"},{"type":"two"}"#
        try chain(both, extra: #""disableCheck":true,"#).check(attachment, previous: [:])
        #expect(try plugins.log() == [])
        #expect(
            failure { try chain(both, version: "0.3.1").check(attachment, previous: [:]) }?.code == .incompatibleVersion
        )
        try chain(both).check(attachment, previous: ["x": 1])
        #expect(try plugins.log() == ["one CHECK", "two CHECK"])
        #expect(try plugins.input(of: "two")["prevResult"] == ["x": 1])
    }

    @Test("GC goes past failures and sends both keys")
    func garbage() throws {
        try plugins.install("one", #"echo '{"code":11,"msg":"busy"}'; exit 1"#)
        try plugins.install("two", "true")
        let both = #"{"type":"one"},{"type":"two"}"#
        try chain(both, version: "1.0.0").collectGarbage(keeping: [attachment.id])
        try chain(both, version: "1.1.0", extra: #""disableGC":true,"#).collectGarbage(keeping: [attachment.id])
        #expect(try plugins.log() == [])
        let error = failure { try chain(both, version: "1.1.0").collectGarbage(keeping: [attachment.id]) }
        #expect(error?.code == .tryAgainLater)
        #expect(try plugins.log() == ["one GC", "two GC"])
        let expected: JSON = [["containerID": "c1", "ifname": "eth0"]]
        #expect(try plugins.input(of: "two")["cni.dev/valid-attachments"] == expected)
        #expect(try plugins.input(of: "two")["cni.dev/attachments"] == expected)
        #expect(try plugins.environment(of: "two").contains("CNI_CONTAINERID="))
    }

    @Test("STATUS stops at the first plugin that is not ready and keeps its code")
    func status() throws {
        try plugins.install("one", #"echo '{"code":50,"msg":"no uplink"}'; exit 1"#)
        try plugins.install("two", "true")
        let both = #"{"type":"one"},{"type":"two"}"#
        try chain(both, version: "1.0.0").status()
        #expect(failure { try chain(both, version: "1.1.0").status() }?.code == .unavailable)
        #expect(try plugins.log() == ["one STATUS"])
    }

    private func chain(_ list: String, version: String = "1.0.0", extra: String = "") throws -> PluginChain {
        let text = "{\"name\":\"n1\",\"cniVersion\":\"\(version)\",\(extra)\"plugins\":[\(list)]}"
        return PluginChain(
            try NetworkList(parsing: Array(text.utf8)), path: [plugins.path],
            environment: ["PATH=/usr/bin", "CNI_COMMAND=VERSION", "CNI_NETNS=/elsewhere"])
    }
}
