// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import Testing

@Suite struct StaticPluginTests {
    let configured = AddressPluginCall(
        "static",
        [
            "addresses": [
                ["address": "10.10.0.7/24", "gateway": "10.10.0.254"], ["address": "fd00::7/64", "gateway": ""],
            ],
            "routes": [["dst": "0.0.0.0/0"], ["dst": "::/0", "gw": "fd00::1", "mtu": 1400]],
            "dns": ["nameservers": ["10.1.0.1"], "search": ["example.com"]],
        ])

    @Test("addresses, routes and dns as configured") func configuredAddresses() {
        #expect(
            JSON.object(configured.run("ADD").object).text()
                == #"{"cniVersion":"1.1.0","ips":[{"address":"10.10.0.7/24","gateway":"10.10.0.254"},"#
                + #"{"address":"fd00::7/64"}],"routes":[{"dst":"0.0.0.0/0"},{"dst":"::/0","gw":"fd00::1","mtu":1400}],"#
                + #""dns":{"nameservers":["10.1.0.1"],"search":["example.com"]}}"#)
        #expect(configured.run("DEL").isSilentSuccess)
        #expect(configured.run("STATUS").isSilentSuccess)
        #expect(configured.with("cni.dev/valid-attachments", []).run("GC").isSilentSuccess)
    }

    @Test(
        "IP adds, GATEWAY goes to the subnet it lies in, args and the capability replace",
        arguments: [
            (
                "IP=10.11.0.11/24, 11.11.0.11/24;GATEWAY=10.11.0.1,fd00::9", "{}", "{}",
                ["10.10.0.7/24 10.10.0.254", "fd00::7/64 fd00::9", "10.11.0.11/24 10.11.0.1", "11.11.0.11/24 -"]
            ),
            ("", #"{"ips":["10.10.0.9/24","172.16.0.9/16"]}"#, "{}", ["10.10.0.9/24 10.10.0.254", "172.16.0.9/16 -"]),
            (
                "IP=1.2.3.4/24;GATEWAY=172.16.0.1", #"{"ips":["10.10.0.9/24"]}"#, #"{"ips":["172.16.0.9/16"]}"#,
                ["172.16.0.9/16 172.16.0.1"]
            ),
            ("", #"{"ips":[]}"#, #"{"ips":[]}"#, ["10.10.0.7/24 10.10.0.254", "fd00::7/64 -"]),
        ])
    func sources(_ arguments: String, _ args: String, _ runtime: String, _ expected: [String]) throws {
        let answer = try configured.arguments(arguments).with("args", ["cni": JSON(parsing: args)])
            .with("runtimeConfig", JSON(parsing: runtime)).run("ADD")
        let listed = answer.object["ips"]?.arrayValue?.compactMap(\.objectValue).map {
            "\($0["address"]?.stringValue ?? "") \($0["gateway"]?.stringValue ?? "-")"
        }
        #expect(listed == expected)
    }

    @Test(
        "what is wrong is quoted",
        arguments: [
            (
                #"{"addresses":[{"address":"10.10.0.7"}]}"#, "",
                "the 'address' field is expected to be in CIDR notation, got: '10.10.0.7'"
            ),
            (#"{"addresses":[{}]}"#, "", "the 'address' field is expected to be in CIDR notation, got: ''"),
            (#"{"addresses":[{"address":"10.10.0.7/24","gateway":"x"}]}"#, "", "\"x\" is not an IP address"),
            ("{}", "IP=1.2.3.4", "the 'ip' field is expected to be in CIDR notation, got: '1.2.3.4'"),
            ("{}", "GATEWAY=nobody", "invalid gateway address: nobody"),
        ])
    func invalid(_ ipam: String, _ arguments: String, _ message: String) throws {
        let call = AddressPluginCall("static", try JSONObject(parsing: Array(ipam.utf8))).arguments(arguments)
        #expect(call.run("ADD").error?.message.contains(message) == true)
        #expect(call.run("DEL").isSilentSuccess)
        if arguments.isEmpty { #expect(call.run("STATUS").error?.code == .unavailable) }
    }

    @Test func furtherRefusals() {
        let replaced = configured.with("runtimeConfig", ["ips": ["10.0.0.1"]]).run("ADD").error
        #expect(
            replaced?.message
                == "runtimeConfig.ips[0]: an entry in the 'ips' field is NOT in CIDR notation, got: '10.0.0.1'")
        let none = configured.with("ipam", .null).run("ADD")
        #expect(none.error?.message == "IPAM config missing 'ipam' key" || none.outcome.exitStatus == 1)
        let addresses: JSON = [["address": "10.0.0.1/24"], ["address": "10.0.0.2/24"]]
        let old = AddressPluginCall("static", ["addresses": addresses], version: "0.2.0").run("ADD")
        #expect(old.error?.message == "CNI version 0.2.0 does not support more than 1 address per family")
    }

    @Test("CHECK compares with prevResult") func check() {
        let result = configured.run("ADD").object
        #expect(configured.with("prevResult", .object(result)).run("CHECK").isSilentSuccess)
        #expect(configured.run("CHECK").error?.code == .invalidConfiguration)
        var drifted = result
        drifted["ips"] = [["address": "10.10.0.7/24"]]
        let error = configured.with("prevResult", .object(drifted)).run("CHECK").error
        #expect(error?.code == .drifted)
        #expect(error?.message == "address fd00::7/64 is configured, and prevResult does not list it")
    }
}
