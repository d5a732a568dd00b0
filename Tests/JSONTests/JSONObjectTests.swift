// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite struct JSONObjectTests {
    private let ports: JSONObject = ["hostPort": 1, "other": 2, "HostPort": 3]

    @Test("exact look-up minds case")
    func exact() {
        #expect(ports["hostPort"] == 1)
        #expect(ports["HostPort"] == 3)
        #expect(ports["hostport"] == nil)
    }

    @Test("look-up without case finds the later spelling", arguments: ["hostPort", "HOSTPORT", "HostPort"])
    func ignoringCase(key: String) {
        #expect(ports.value(ignoringCaseOf: key) == 3)
        #expect(ports.value(ignoringCaseOf: "hostPorts") == nil)
    }

    @Test("only ASCII letters are folded")
    func folding() {
        let object: JSONObject = ["É": 1, "k[": 2]
        #expect(object.value(ignoringCaseOf: "é") == nil)
        #expect(object.value(ignoringCaseOf: "K{") == nil)
        #expect(object.value(ignoringCaseOf: "K[") == 2)
    }

    @Test("setting keeps the place of a key, adds at the end and removes with nil")
    func setting() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = "x"
        object["c"] = .null
        object["b"] = nil
        object["absent"] = nil
        #expect(object == ["a": "x", "c": .null])
        #expect(object.keys == ["a", "c"])
    }

    @Test("a key set for both look-ups has one spelling")
    func settingIgnoringCase() {
        var object = ports
        object.set("hostPort", to: 9)
        #expect(object == ["other": 2, "hostPort": 9])
        object.remove(ignoringCaseOf: "HOSTPORT")
        #expect(object == ["other": 2])
    }

    @Test("merging lets the other object win")
    func merging() {
        var object: JSONObject = ["a": 1, "b": 2]
        object.merge(["b": 3, "c": 4])
        #expect(object == ["a": 1, "b": 3, "c": 4])
    }

    @Test("of equal keys the last one counts, in its place", arguments: [3, 30])
    func duplicates(count: Int) {
        let keys = ["a"] + (0..<count).map { "k\($0)" } + ["a"]
        let object = JSONObject(keys.enumerated().map { ($1, JSON.number($0)) })
        #expect(object.count == count + 1)
        #expect(object["a"] == .number(count + 1))
        #expect(object.keys.last == "a")
    }

    @Test("values give their content only to the matching question")
    func accessors() {
        let values: [JSON] = [.null, true, 1, "s", [1], ["k": 1]]
        #expect(values.map(\.isNull) == [true, false, false, false, false, false])
        #expect(values.map(\.boolValue) == [nil, true, nil, nil, nil, nil])
        #expect(values.map(\.intValue) == [nil, nil, 1, nil, nil, nil])
        #expect(values.map(\.stringValue) == [nil, nil, nil, "s", nil, nil])
        #expect(values.map(\.arrayValue) == [nil, nil, nil, nil, [1], nil])
        #expect(values.map(\.objectValue) == [nil, nil, nil, nil, nil, ["k": 1]])
    }
}
