// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import NetworkTypes
import Synchronization
import Testing

@Suite struct NetworkConfigurationTests {
    @Test("gives the well-known keys")
    func wellKnown() throws {
        let configuration = try configuration(
            #""type":"bridge","IPMasq":true,"dns":{"domain":"d","nameservers":["10.0.0.1"]},"ipam":{"type":"host-local"},"#
                + #""capabilities":{"ips":true,"mac":false},"runtimeConfig":{"IPs":["10.0.0.7"]},"args":{"cni":{"mac":"x"}}"#
        )
        #expect(configuration.type == "bridge")
        #expect(try configuration.masquerades())
        #expect(try configuration.dns() == CNIResult.DNS(nameservers: ["10.0.0.1"], domain: "d"))
        #expect(try configuration.addressManager() == "host-local")
        #expect(configuration.capabilities == ["ips"])
        #expect(try configuration.runtimeConfiguration.strings("ips") == ["10.0.0.7"])
        #expect(try configuration.arguments.string("mac") == "x")
        #expect(configuration.arguments.path.description == "args.cni")
    }

    @Test(
        "absent keys have their defaults",
        arguments: ["", #""ipam":{},"#, #""ipam":{"type":""},"ipMasq":null,"dns":null,"#])
    func defaults(keys: String) throws {
        let configuration = try configuration(keys + #""x":1"#)
        #expect(configuration.type == "")
        #expect(try !configuration.masquerades())
        #expect(try configuration.dns().isEmpty)
        #expect(try configuration.addressManager() == nil)
        #expect(configuration.capabilities == [])
        #expect(configuration.previousResult == nil)
        #expect(configuration.runtimeConfiguration.object.isEmpty && configuration.arguments.object.isEmpty)
    }

    @Test(
        "wrong values carry code and path",
        arguments: [
            (#""ipMasq":"yes""#, 6, "ipMasq: expected a boolean, found a string"),
            (#""dns":[]"#, 6, "dns: expected an object, found an array"),
            (#""ipam":{"type":1}"#, 6, "ipam.type: expected a string, found a number"),
        ])
    func wrong(key: String, code: Int, message: String) throws {
        let configuration = try configuration(key)
        let error = failure {
            _ = try configuration.masquerades()
            _ = try configuration.dns()
            _ = try configuration.addressManager()
        }
        #expect(error == CNIError(CNIError.Code(rawValue: code), message))
    }

    @Test("network values convert, and empty strings are unset")
    func networkTypes() throws {
        let reader = ObjectReader([
            "gateway": "10.0.0.1", "subnet": "fd00::1/64", "mac": "0a:58:0a:00:00:02", "bridge": "cni0", "port": 80,
            "empty": "", "wrong": "a/b", "big": 65536,
        ])
        #expect(try reader.address("gateway") == IPAddress("10.0.0.1"))
        #expect(try reader.prefix("subnet") == IPPrefix("fd00::1/64"))
        #expect(try reader.macAddress("mac") == MACAddress("0a:58:0a:00:00:02"))
        #expect(try reader.interfaceName("bridge") == InterfaceName("cni0"))
        #expect(try reader.port("port") == Port(80))
        #expect(
            try reader.address("empty") == nil && reader.prefix("empty") == nil && reader.macAddress("empty") == nil)
        #expect(try reader.interfaceName("empty") == nil && reader.port("absent") == nil)
        #expect(throws: JSONError.self) { try reader.interfaceName("wrong") }
        #expect(throws: JSONError.self) { try reader.macAddress("wrong") }
        #expect(throws: JSONError.self) { try reader.port("big") }
    }

    @Test("each way in which JSON can be wrong has its code")
    func codes() {
        #expect(CNIError(JSONError.missing(path: "a")).code == .invalidConfiguration)
        #expect(CNIError(JSONError.invalidValue(path: "a", problem: "b")).code == .invalidConfiguration)
        #expect(CNIError(JSONError.wrongType(path: "a", expected: "b", found: "c")).code == .decodingFailure)
        #expect(
            CNIError(JSONError.unknownKey(path: "mtuu", value: "9", suggestion: "mtu"))
                == CNIError(
                    .unsupportedField, "mtuu: unknown key with value 9; did you mean \"mtu\"?"))
    }

    private func configuration(_ keys: String) throws -> NetworkConfiguration {
        let call = PluginCall("ADD", "{\"name\":\"n1\",\"cniVersion\":\"1.1.0\",\(keys)}")
        #expect(call.run([ConfigurationProbe.self, EchoPlugin.self]).error == nil)
        var probe = call
        probe.program = "probe"
        let answer = probe.run([ConfigurationProbe.self])
        return try #require(answer.outcome.exitStatus == 0 ? ConfigurationProbe.last.withLock { $0[call.input] } : nil)
    }
}

/// Keeps every configuration it gets, by its bytes.
private enum ConfigurationProbe: CNIPlugin {
    static let type = "probe"
    static let last = Mutex<[[UInt8]: NetworkConfiguration]>([:])

    static func add(_ request: CNIRequest) throws(CNIError) -> CNIResult {
        last.withLock { $0[request.configuration.bytes] = request.configuration }
        return CNIResult()
    }

    static func delete(_ request: CNIRequest) throws(CNIError) {}
    static func check(_ request: CNIRequest) throws(CNIError) {}
}
