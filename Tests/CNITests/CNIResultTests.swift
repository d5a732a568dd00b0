// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import NetworkTypes
import Testing

@Suite struct CNIResultTests {
    @Test("is written in the shape of each version", arguments: CNIVersion.allCases)
    func golden(version: CNIVersion) throws {
        let text = try fullResult().json(as: version).encoded(.indented)
        let expected = try Fixture.bytes("results/\(version).json")
        #expect(String(decoding: text, as: UTF8.self) + "\n" == String(decoding: expected, as: UTF8.self))
    }

    @Test("is read from the shape of each version, losing what that cannot hold", arguments: CNIVersion.allCases)
    func decoding(version: CNIVersion) throws {
        let object = try JSONObject(parsing: Fixture.bytes("results/\(version).json"))
        var expected = try fullResult()
        if version.family != .v1 {
            for index in expected.interfaces.indices {
                expected.interfaces[index].mtu = nil
                expected.interfaces[index].socketPath = nil
                expected.interfaces[index].pciID = nil
            }
        }
        if version.family == .v0_2 {
            expected.interfaces = []
            expected.addresses.remove(at: 1)
            for index in expected.addresses.indices { expected.addresses[index].interface = nil }
            expected.routes = expected.routes.map { CNIResult.Route($0.destination, gateway: $0.gateway) }
        }
        #expect(try CNIResult(decoding: object, assuming: .newest) == expected)
    }

    @Test("a result without version has that of the configuration", arguments: CNIVersion.allCases)
    func withoutVersion(version: CNIVersion) throws {
        var object = try JSONObject(parsing: Fixture.bytes("results/\(version).json"))
        let decoded = try CNIResult(decoding: object, assuming: .newest)
        object["cniVersion"] = nil
        #expect(try CNIResult(decoding: object, assuming: version) == decoded)
    }

    @Test("every version reads what every other wrote of what both can hold", arguments: CNIVersion.allCases)
    func conversion(version: CNIVersion) throws {
        let simple = CNIResult(
            addresses: [CNIResult.Address(try prefix("10.9.0.2/24"), gateway: IPAddress("10.9.0.1"))],
            routes: [CNIResult.Route(try prefix("0.0.0.0/0"))], dns: CNIResult.DNS(domain: "d"))
        #expect(try CNIResult(decoding: simple.json(as: version), assuming: .newest) == simple)
    }

    @Test("an empty dns is written for old versions only", arguments: CNIVersion.allCases)
    func emptyDNS(version: CNIVersion) throws {
        let result = CNIResult(addresses: [CNIResult.Address(try prefix("10.9.0.2/24"))])
        #expect(try result.json(as: version)["dns"] == (version.family == .v1 ? nil : [:]))
    }

    @Test("without addresses the oldest shape cannot be written", arguments: CNIVersion.allCases)
    func layer2(version: CNIVersion) {
        let result = CNIResult(interfaces: [CNIResult.Interface(name: "eth0", sandbox: "/run/netns/x")])
        if version.family == .v0_2 {
            #expect(throws: CNIError.self) { try result.json(as: version) }
        } else {
            #expect(throws: Never.self) { try result.json(as: version) }
        }
    }

    @Test("routes without an address of their family have no place in the oldest shape")
    func routesOfOtherFamily() throws {
        let result = CNIResult(
            addresses: [CNIResult.Address(try prefix("fd00::2/64"))],
            routes: [CNIResult.Route(try prefix("0.0.0.0/0")), CNIResult.Route(try prefix("::/0"))])
        #expect(
            try result.json(as: .v0_2_0)
                == ["cniVersion": "0.2.0", "ip6": ["ip": "fd00::2/64", "routes": [["dst": "::/0"]]], "dns": [:]])
    }

    @Test(
        "nothing at all decodes as an empty result",
        arguments: [
            "{}", #"{"interfaces":null,"ips":null,"routes":null,"dns":null}"#, #"{"cniVersion":"","ips":[]}"#,
            #"{"cniVersion":"0.2.0"}"#,
        ])
    func empty(text: String) throws {
        #expect(try CNIResult(decoding: JSONObject(parsing: Array(text.utf8)), assuming: .newest) == CNIResult())
    }

    @Test("unset values come in several spellings")
    func unset() throws {
        let object: JSONObject = [
            "cniVersion": "1.1.0", "unknown": 1,
            "interfaces": [["name": "eth0", "mac": "", "sandbox": "", "mtu": 0, "socketPath": "", "pciID": .null]],
            "ips": [["address": "10.9.0.2/24", "gateway": "", "interface": 0]],
            "routes": [["dst": "0.0.0.0/0", "gw": "", "mtu": 0, "advmss": 0, "priority": 0, "table": 0, "scope": 0]],
        ]
        let expected = CNIResult(
            interfaces: [CNIResult.Interface(name: "eth0")],
            addresses: [CNIResult.Address(try prefix("10.9.0.2/24"), interface: 0)],
            routes: [CNIResult.Route(try prefix("0.0.0.0/0"), table: 0, scope: 0)])
        #expect(try CNIResult(decoding: object, assuming: .newest) == expected)
    }

    @Test(
        "a wrong value is named by its path",
        arguments: [
            (#"{"ips":{}}"#, 6, "ips: expected an array, found an object"),
            (
                #"{"ips":[{"address":"10.9.0.2"}]}"#, 7,
                "ips[0].address: \"10.9.0.2\" is not an address with a prefix length"
            ),
            (#"{"ips":[{}]}"#, 7, "ips[0].address: missing"),
            (#"{"interfaces":[{}]}"#, 7, "interfaces[0].name: missing"),
            (
                #"{"ips":[{"address":"10.9.0.2/24","interface":"0"}]}"#, 6,
                "ips[0].interface: expected a number, found a string"
            ),
            (
                #"{"routes":[{"dst":"::/0","gw":"fe80::1%eth0"}]}"#, 7,
                "routes[0].gw: \"fe80::1%eth0\" is not an IP address"
            ),
            (
                #"{"routes":[{"dst":"::/0","scope":256}]}"#, 7,
                "routes[0].scope: 256 is not a whole number from 0 to 255"
            ),
            (#"{"dns":{"search":["a",1]}}"#, 6, "dns.search[1]: expected a string, found a number"),
            (#"{"cniVersion":"2.0.0"}"#, 1, "result has the unsupported CNI version \"2.0.0\""),
            (#"{"cniVersion":1}"#, 6, "cniVersion: expected a string, found a number"),
        ])
    func wrong(text: String, code: Int, message: String) throws {
        let object = try JSONObject(parsing: Array(text.utf8))
        let error = #expect(throws: CNIError.self) { try CNIResult(decoding: object, assuming: .newest) }
        #expect(error == CNIError(CNIError.Code(rawValue: code), message))
    }

    @Test(
        "an address finds its interface unless the index points nowhere",
        arguments: [(2, "eth0"), (3, nil), (-1, nil), (nil, nil)])
    func interfaceOfAddress(index: Int?, name: String?) throws {
        let result = try fullResult()
        let address = CNIResult.Address(try prefix("10.9.0.2/24"), interface: index)
        #expect(result.interface(of: address)?.name == name)
    }

    @Test("an interface is made from the kernel's values")
    func interface() throws {
        let interface = CNIResult.Interface(
            try #require(InterfaceName("eth0")), mac: MACAddress("0A-58-0a-09-00-02"), mtu: 1400,
            sandbox: "/run/netns/x")
        #expect(
            interface
                == CNIResult.Interface(name: "eth0", mac: "0a:58:0a:09:00:02", mtu: 1400, sandbox: "/run/netns/x"))
    }
}

/// Something in every field. The second IPv4 address has no place in 0.1.0 and 0.2.0.
private func fullResult() throws -> CNIResult {
    CNIResult(
        interfaces: [
            CNIResult.Interface(name: "cni0", mac: "0a:58:0a:09:00:01", mtu: 1500),
            CNIResult.Interface(name: "veth1f2e3d4c", mac: "0a:58:0a:09:00:03"),
            CNIResult.Interface(
                name: "eth0", mac: "0a:58:0a:09:00:02", mtu: 1500, sandbox: "/run/netns/x",
                socketPath: "/run/vhost.sock", pciID: "0000:00:1f.6"),
        ],
        addresses: [
            CNIResult.Address(try prefix("10.9.0.2/24"), gateway: IPAddress("10.9.0.1"), interface: 2),
            CNIResult.Address(try prefix("10.9.0.3/24"), interface: 0),
            CNIResult.Address(try prefix("fd00::2/64"), gateway: IPAddress("fd00::1"), interface: 2),
        ],
        routes: [
            CNIResult.Route(try prefix("0.0.0.0/0"), gateway: IPAddress("10.9.0.1")),
            CNIResult.Route(
                try prefix("10.20.0.0/16"), mtu: 1400, advertisedMSS: 1360, priority: 100, table: 0, scope: 253),
            CNIResult.Route(try prefix("::/0"), gateway: IPAddress("fd00::1")),
        ],
        dns: CNIResult.DNS(
            nameservers: ["10.9.0.1"], domain: "example.internal", search: ["a.internal", "b.internal"],
            options: ["ndots:2"]))
}

private func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }
