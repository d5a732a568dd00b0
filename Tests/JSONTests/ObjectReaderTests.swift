// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite struct ObjectReaderTests {
    private let reader = ObjectReader([
        "name": "n", "MTU": 1500, "flag": true, "nothing": .null, "list": ["a", "b"], "inner": ["port": 80],
        "empty": "",
        "ipam": ["ranges": [[["subnet": "10.0.0.0/24"], ["subnet": 5]]]],
    ])

    @Test("reads each kind whatever the case of the key")
    func kinds() throws {
        #expect(try reader.string("Name") == "n")
        #expect(try reader.int("mtu") == 1500)
        #expect(try reader.integer("mtu") == UInt32(1500))
        #expect(try reader.bool("FLAG") == true)
        #expect(try reader.strings("list") == ["a", "b"])
        #expect(try reader.object("inner")?.int("port", in: 1...65535) == 80)
        #expect(try reader.required("name").string() == "n")
    }

    @Test("null is absent")
    func absent() throws {
        #expect(try reader.string("nothing") == nil)
        #expect(try reader.bool("nothing") == nil)
        #expect(try reader.int("nowhere") == nil)
        #expect(try reader.array("nowhere") == nil)
        #expect(try reader.strings("nowhere") == nil)
        #expect(try reader.object("nowhere") == nil)
        #expect(try reader.parse("nowhere", as: "a number") { Int($0) } == nil)
        #expect(message { _ = try reader.required("nothing") } == "nothing: missing")
    }

    @Test("an empty string is unset where a meaning is asked for")
    func emptyString() throws {
        #expect(try reader.string("empty") == "")
        #expect(try reader.parse("empty", as: "a number") { Int($0) } == nil)
    }

    @Test("a wrong value is reported by its full path")
    func paths() throws {
        #expect(message { _ = try reader.int("name") } == "name: expected a number, found a string")
        #expect(message { _ = try reader.string("mtu") } == "mtu: expected a string, found a number")
        #expect(message { _ = try reader.bool("list") } == "list: expected a boolean, found an array")
        #expect(message { _ = try reader.object("flag") } == "flag: expected an object, found a boolean")
        #expect(message { _ = try reader.array("inner") } == "inner: expected an array, found an object")
        #expect(
            message { _ = try reader.int("mtu", in: 0...1000) } == "mtu: 1500 is not a whole number from 0 to 1000")
        #expect(message { _ = try reader.parse("name", as: "a number") { Int($0) } } == "name: \"n\" is not a number")
        #expect(message { throw reader.invalid("mtu", "too small") } == "mtu: too small")
        #expect(message { _ = try ValueReader([]).object() } == "document: expected an object, found an array")
    }

    @Test("a path names every step")
    func deepPath() throws {
        let sets = try #require(try reader.object("ipam")?.array("ranges"))
        let range = try sets[0].array()[1].object()
        #expect(
            message { _ = try range.string("subnet") } == "ipam.ranges[0][1].subnet: expected a string, found a number")
    }

    @Test(
        "an unknown key is refused with the known one that was meant",
        arguments: [
            ("subnet", "subnets"), ("MTUs", "mtu"), ("interContanier", "interContainer"), ("zzzzzzzz", nil),
            ("x", nil),
            (String(repeating: "subnets", count: 20), nil),
        ] as [(String, String?)])
    func unknownKeys(key: String, suggestion: String?) {
        let known = ["subnets", "mtu", "interContainer"]
        let object = ObjectReader(["Subnets": [], "mtu": 1, "\(key)": ["a": 1]])
        do throws(JSONError) {
            try object.rejectUnknownKeys(known: known)
            Issue.record("accepted")
        } catch {
            #expect(error == .unknownKey(path: key, value: #"{"a":1}"#, suggestion: suggestion))
        }
    }

    @Test("the message of an unknown key shows key, value and suggestion")
    func unknownKeyMessage() {
        let object = ObjectReader(["mtuu": 9])
        #expect(
            message { try object.rejectUnknownKeys(known: ["mtu"]) }
                == "mtuu: unknown key with value 9; did you mean \"mtu\"?")
        #expect(message { try object.rejectUnknownKeys(known: ["MTUU"]) } == "")
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch { return "\(error)" }
    }
}
