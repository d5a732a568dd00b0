// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

@Suite struct NetworkListTests {
    @Test("a list keeps its plugins as they are written")
    func list() throws {
        let list = try parse(
            #"{"cniVersion":"1.0.0","name":"n1","plugins":[{"type":"bridge","x":1},{"Type":"portmap"}],"podmanLabels":{}}"#
        )
        #expect(list.name == NetworkName("n1"))
        #expect(list.version == .v1_0_0)
        #expect(list.plugins == [["type": "bridge", "x": 1], ["Type": "portmap"]])
        #expect(list.root["podmanLabels"] == [:])
        #expect(!list.disablesCheck && !list.disablesGarbageCollection)
    }

    @Test(
        "the newest version that we speak is chosen",
        arguments: [
            (#""cniVersion":"0.4.0""#, .v0_4_0), (#""x":1"#, .v0_1_0),
            (#""cniVersion":"0.4.0","cniVersions":["1.0.0","0.3.1"]"#, .v1_0_0),
            (#""cniVersions":["0.3.1","1.1.0","1.2.0"]"#, .v1_1_0),
            (#""cniVersion":"1.1.0","cniVersions":["0.3.1"]"#, .v1_1_0),
            (#""cniVersion":"9.0.0","cniVersions":["0.4.0"]"#, .v0_4_0),
            (#""cniVersion":"1.0.0","cniVersions":[]"#, .v1_0_0),
        ] as [(String, CNIVersion)])
    func version(keys: String, expected: CNIVersion) throws {
        #expect(try parse("{\"name\":\"n1\",\(keys),\"plugins\":[{\"type\":\"a\"}]}").version == expected)
    }

    @Test(
        "flags may be quoted", arguments: [("true", true), ("\"TRUE\"", true), ("\"false\"", false), ("null", false)])
    func flags(value: String, expected: Bool) throws {
        let list = try parse(
            "{\"name\":\"n1\",\"disableCheck\":\(value),\"disableGC\":\(value),\"plugins\":[{\"type\":\"a\"}]}")
        #expect(list.disablesCheck == expected)
        #expect(list.disablesGarbageCollection == expected)
    }

    @Test(
        "what is wrong is named",
        arguments: [
            ("[]", 6, "line 1, column 1 (byte 0): expected an object"), ("{}", 7, "name: missing"),
            (#"{"name":"a b","plugins":[]}"#, 7, "name: \"a b\" is not a network name"),
            (#"{"name":"n1"}"#, 7, "network n1 has no plugins"),
            (#"{"name":"n1","plugins":[]}"#, 7, "network n1 has no plugins"),
            (#"{"name":"n1","plugins":{}}"#, 6, "plugins: expected an array, found an object"),
            (#"{"name":"n1","plugins":[1]}"#, 6, "plugins[0]: expected an object, found a number"),
            (#"{"name":"n1","plugins":[{"type":"a"},{}]}"#, 7, "plugins[1].type: missing"),
            (#"{"name":"n1","plugins":[{"type":"a/b"}]}"#, 7, "plugins[0].type: \"a/b\" is not a plugin type"),
            (
                #"{"name":"n1","disableGC":"x","plugins":[{"type":"a"}]}"#, 6,
                "disableGC: expected a boolean, found a string"
            ),
            (
                #"{"name":"n1","cniVersion":"2.0.0","plugins":[{"type":"a"}]}"#, 1,
                "CNI version \"2.0.0\" is not supported; the newest is 1.1.0"
            ),
            (
                #"{"name":"n1","cniVersions":["2.0.0"],"plugins":[{"type":"a"}]}"#, 1,
                "CNI version \"2.0.0\" is not supported; the newest is 1.1.0"
            ),
            (#"{"name":"n1","cniVersions":["x"],"plugins":[{"type":"a"}]}"#, 6, "cniVersions: \"x\" is not a version"),
            (#"{"name":"n1","loadOnlyInlinedPlugins":true}"#, 7, "network n1 has no plugins"),
        ])
    func wrong(text: String, code: Int, message: String) {
        #expect(failure { _ = try parse(text) } == CNIError(CNIError.Code(rawValue: code), message))
    }

    @Test("files beside the list are appended unless it forbids that")
    func additionalPlugins() throws {
        let folder = try TemporaryDirectory()
        try write(#"{"type":"second"}"#, to: folder, "n1/b.conf")
        try write(#"{"type":"first"}"#, to: folder, "n1/a.conf")
        try write("nonsense", to: folder, "n1/c.json")
        try write(#"{"name":"n1","plugins":[{"type":"zero"}]}"#, to: folder, "n1.conflist")
        try write(
            #"{"name":"n1","plugins":[{"type":"zero"}],"loadOnlyInlinedPlugins":"true"}"#, to: folder, "x.conflist")
        try write(#"{"name":"n1"}"#, to: folder, "y.conflist")
        let types: (String) throws -> [JSON?] = { name in
            try NetworkList(file: folder.path.appending(name)).plugins.map { $0["type"] }
        }
        #expect(try types("n1.conflist") == ["zero", "first", "second"])
        #expect(try types("x.conflist") == ["zero"])
        #expect(try types("y.conflist") == ["first", "second"])
        try write("{}", to: folder, "n1/d.conf")
        #expect(failure { _ = try types("y.conflist") }?.message.hasSuffix("type: missing") == true)
        try write("nonsense", to: folder, "n1/d.conf")
        #expect(failure { _ = try types("y.conflist") }?.message.contains("n1/d.conf: line 1") == true)
    }

    @Test("a single plugin is a list of one")
    func single() throws {
        let text = #"{"name":"n1","cniVersion":"0.4.0","type":"bridge","x":1}"#
        let list = try NetworkList(parsingSinglePlugin: Array(text.utf8))
        #expect(list.version == .v0_4_0)
        #expect(list.plugins == [try JSONObject(parsing: Array(text.utf8))])
        #expect(failure { _ = try NetworkList(parsingSinglePlugin: Array(#"{"name":"n1"}"#.utf8)) } != nil)
    }

    @Test("a directory gives the first network of a name, lists before single plugins")
    func directory() throws {
        let folder = try TemporaryDirectory()
        let directory = NetworkDirectory(folder.path)
        let n1 = try #require(NetworkName("n1"))
        #expect(try NetworkDirectory(folder.path.appending("absent")).network(named: n1) == nil)
        try write(#"{"name":"n1","type":"single"}"#, to: folder, "00.conf")
        try write(#"{"name":"n2","type":"other"}"#, to: folder, "01.json")
        try write(#"{"name":"n1","plugins":[{"type":"list"}]}"#, to: folder, "20.conflist")
        try write(#"{"name":"n1","plugins":[{"type":"late"}]}"#, to: folder, "3.conflist")
        try write("nonsense", to: folder, "10.conflist")
        try write("nonsense", to: folder, "README")
        try write("nonsense", to: folder, "dir.conflist/x")
        #expect(
            try directory.files().compactMap { $0.lastComponent?.string } == [
                "10.conflist", "20.conflist", "3.conflist", "00.conf", "01.json",
            ])
        #expect(try directory.network(named: n1)?.plugins == [["type": "list"]])
        #expect(try directory.network(named: #require(NetworkName("n2")))?.plugins.first?["type"] == "other")
        let error = failure { _ = try directory.network(named: #require(NetworkName("n3"))) }
        #expect(error?.message.contains("10.conflist: line 1, column 1") == true)
    }

    private func parse(_ text: String) throws -> NetworkList { try NetworkList(parsing: Array(text.utf8)) }

    private func write(_ text: String, to folder: TemporaryDirectory, _ name: String) throws {
        let path = folder.path.appending(name)
        try File.createDirectory(path.removingLastComponent())
        try AtomicFile.write(Array(text.utf8), to: path)
    }
}
