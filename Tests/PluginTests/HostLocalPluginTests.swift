// SPDX-License-Identifier: Apache-2.0
import CNI
import JSON
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct HostLocalPluginTests {
    let store: TemporaryDirectory

    init() throws { store = try TemporaryDirectory() }

    /// A call with these range sets.
    func call(_ ranges: JSON, version: String = "1.1.0") -> AddressPluginCall {
        AddressPluginCall("host-local", ["ranges": ranges, "dataDir": .string(store.path.string)], version: version)
    }

    func subnets(_ texts: String..., version: String = "1.1.0") -> AddressPluginCall {
        call(.array(texts.map { [["subnet": .string($0)]] }), version: version)
    }

    func leases() throws -> [String] {
        try File.list(store.path.appending("n1")).filter { $0.first?.isHexDigit == true && $0 != "lock" }
            .filter { !$0.hasPrefix("last") }.sorted()
    }

    @Test(
        "results in the shape of each version",
        arguments: [
            (
                "0.2.0",
                #"{"cniVersion":"0.2.0","ip4":{"ip":"10.9.0.2/24","gateway":"10.9.0.1","routes":[{"dst":"0.0.0.0/0"}]},"#
                    + #""ip6":{"ip":"fd00::2/64","gateway":"fd00::1","routes":[{"dst":"::/0","gw":"fd00::1"}]},"dns":{}}"#
            ),
            (
                "0.4.0",
                #"{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.9.0.2/24","gateway":"10.9.0.1"},"#
                    + #"{"version":"6","address":"fd00::2/64","gateway":"fd00::1"}],"#
                    + #""routes":[{"dst":"0.0.0.0/0"},{"dst":"::/0","gw":"fd00::1"}],"dns":{}}"#
            ),
            (
                "1.1.0",
                #"{"cniVersion":"1.1.0","ips":[{"address":"10.9.0.2/24","gateway":"10.9.0.1"},"#
                    + #"{"address":"fd00::2/64","gateway":"fd00::1"}],"#
                    + #""routes":[{"dst":"0.0.0.0/0"},{"dst":"::/0","gw":"fd00::1"}]}"#
            ),
        ])
    func results(_ version: String, _ expected: String) throws {
        var call = AddressPluginCall(
            "host-local",
            [
                "ranges": [[["subnet": "10.9.0.0/24"]], [["subnet": "fd00::/64"]]],
                "routes": [["dst": "0.0.0.0/0"], ["dst": "::/0", "gw": "fd00::1"]],
                "dataDir": .string(store.path.string),
            ], version: version)
        call.variables["CNI_ARGS"] = "K8S_POD_NAME=x;;"
        #expect(JSON.object(call.run("ADD").object).text() == expected)
    }

    @Test("a /29: .2 to .6 in order, then the error that names the range; what is freed waits for its turn")
    func smallRange() throws {
        let call = subnets("10.9.0.0/29")
        for host in 2...6 {
            #expect(call.container("c\(host)").run("ADD").addresses == ["10.9.0.\(host)/29"])
        }
        #expect(call.run("STATUS").error?.code == .unavailable)
        let error = call.container("x").run("ADD").error
        #expect(error?.code == .addressesExhausted)
        #expect(error?.message.contains("no IP addresses available in range set: 10.9.0.1-10.9.0.6") == true)
        #expect(call.container("c5").run("DEL").isSilentSuccess)
        #expect(call.run("STATUS").isSilentSuccess)
        #expect(call.container("c3").run("DEL").isSilentSuccess)
        #expect(call.container("y").run("ADD").addresses == ["10.9.0.3/29"])
        #expect(call.container("z").run("ADD").addresses == ["10.9.0.5/29"])
    }

    @Test("ADD twice: the second fails and the first is intact") func addTwice() throws {
        let call = subnets("10.9.0.0/24", "fd00::/64")
        call.run("ADD")
        let before = try leases()
        let error = call.run("ADD").error
        #expect(error?.code == .alreadyLeased)
        #expect(
            error?.message.contains("10.9.0.2 has been allocated to c1, duplicate allocation is not allowed") == true)
        #expect(try leases() == before)
        #expect(call.run("DEL").isSilentSuccess)
        #expect(call.run("ADD").addresses == ["10.9.0.3/24", "fd00::3/64"])
    }

    @Test(
        "DEL needs name and dataDir only, any number of times",
        arguments: [
            "no netns", "no ranges", "overlapping ranges", "wrong types", "never added", "no ipam",
        ])
    func deletion(_ variant: String) throws {
        let call = subnets("10.9.0.0/24")
        if variant != "never added" { call.run("ADD") }
        var deletion = call
        let directory = JSON.string(store.path.string)
        switch variant {
        case "no netns": deletion.variables["CNI_NETNS"] = ""
        case "no ranges": deletion.configuration["ipam"] = ["type": "host-local", "dataDir": directory]
        case "overlapping ranges":
            let range: JSON = ["subnet": "10.9.0.0/24"]
            deletion.configuration["ipam"] = [
                "type": "host-local", "dataDir": directory, "ranges": [[range], [range]],
            ]
        case "wrong types":
            deletion.configuration["ipam"] = ["type": "host-local", "dataDir": directory, "ranges": 7, "routes": "x"]
            deletion.configuration["runtimeConfig"] = "x"
            deletion.configuration["args"] = 3
        case "no ipam": deletion.configuration["name"] = "swnet-test-no-such-network"
        default: break
        }
        if variant == "no ipam" { deletion.configuration["ipam"] = nil }
        for _ in 0..<3 { #expect(deletion.run("DEL").isSilentSuccess) }
        #expect(try leases() == (variant == "no ipam" ? ["10.9.0.2"] : []))
    }

    @Test(
        "configurations that cannot be",
        arguments: [
            (
                #"[[{"subnet":"10.9.0.1/24"}]]"#,
                "invalid range set 0: Network has host bits set. For a subnet mask of length "
                    + "24 the network address is 10.9.0.0"
            ),
            (#"[[{"subnet":"10.9.0.0/31"}]]"#, "invalid range set 0: Network 10.9.0.0/31 too small to allocate from"),
            (
                #"[[{"subnet":"10.9.0.0/24","rangeStart":"10.9.1.1"}]]"#,
                "invalid range set 0: RangeStart 10.9.1.1 not in network 10.9.0.0/24"
            ),
            (#"[[{"subnet":"10.8.0.0/24"}],[]]"#, "invalid range set 1: empty range set"),
            (#"[[{"subnet":"10.9.0.0/24"},{"subnet":"fd00::/64"}]]"#, "invalid range set 0: mixed address families"),
            (#"[[{"subnet":"10.9.0.0/24"}],[{"subnet":"10.9.0.0/16"}]]"#, "ipam: range set 0 overlaps with 1"),
            (#"[[{"rangeStart":"10.9.0.2"}]]"#, "invalid range set 0: a range has no subnet"),
            ("[]", "ipam: no IP ranges specified"),
            (
                #"[[{"subnet":"10.9.0.0"}]]"#,
                "ipam.ranges[0][0].subnet: \"10.9.0.0\" is not an address with a prefix length"
            ),
            (#"[[{"subnet":"10.9.0.0/24","gateway":"x"}]]"#, "ipam.ranges[0][0].gateway: \"x\" is not an IP address"),
        ])
    func invalid(_ ranges: String, _ message: String) throws {
        let call = call(try JSON(parsing: ranges))
        #expect(call.run("ADD").error == CNIError(.invalidConfiguration, message))
        #expect(call.run("STATUS").error == CNIError(.unavailable, message))
        #expect(try File.list(store.path) == [])
    }

    @Test("wrong types, and missing parts") func wrongTypes() throws {
        #expect(call(7).run("ADD").error?.code == .decodingFailure)
        #expect(call([["10.9.0.0/24"]]).run("ADD").error?.code == .decodingFailure)
        let missing = subnets("10.9.0.0/24").with("ipam", .null).run("ADD").error
        #expect(missing == CNIError(.invalidConfiguration, "IPAM config missing 'ipam' key"))
        let old = subnets("10.9.0.0/24", "10.8.0.0/24", version: "0.2.0").run("ADD").error
        #expect(old?.message == "CNI version 0.2.0 does not support more than 1 address per family")
        #expect(subnets("10.9.0.0/24", "10.8.0.0/24", version: "0.3.0").run("ADD").addresses.count == 2)
    }

    @Test(
        "the old style comes before ranges, and what the runtime gives before both",
        arguments: [
            #"[[{"Subnet":"10.7.0.0/24","RangeStart":"10.7.0.50","RangeEnd":"","Gateway":"10.7.0.254"}]]"#,
            #"[{"Subnet":"10.7.0.0/24","RangeStart":"10.7.0.50","RangeEnd":"","Gateway":"10.7.0.254"}]"#,
        ])
    func order(_ runtimeRanges: String) throws {
        var call = AddressPluginCall(
            "host-local",
            [
                "subnet": "10.8.0.0/24", "rangeStart": "10.8.0.10", "rangeEnd": "10.8.0.20", "gateway": "",
                "ranges": [[["subnet": "10.9.0.0/24"], ["subnet": "10.6.0.0/24"]]],
                "dataDir": .string(store.path.string),
            ])
        call.configuration["runtimeConfig"] = ["ipRanges": try JSON(parsing: runtimeRanges)]
        let answer = call.run("ADD")
        #expect(answer.addresses == ["10.7.0.50/24", "10.8.0.10/24", "10.9.0.2/24"])
        let gateways = answer.object["ips"]?.arrayValue?.compactMap { $0.objectValue?["gateway"]?.stringValue }
        #expect(gateways == ["10.7.0.254", "10.8.0.1", "10.9.0.1"])
    }

    @Test("requests of all sources count together") func requests() throws {
        let call = subnets("10.9.0.0/24", "fd00::/64", "10.8.0.0/24")
            .with("args", ["cni": ["ips": ["fd00::77/64"]]]).with("runtimeConfig", ["ips": ["10.8.0.8", ""]])
            .arguments("IgnoreUnknown=1;IP=10.9.0.9")
        #expect(call.run("ADD").addresses == ["10.9.0.9/24", "fd00::77/64", "10.8.0.8/24"])
        let taken = call.container("c2").run("ADD").error
        #expect(taken?.code == .addressTaken)
        #expect(taken?.message.contains("container c1, interface eth0, has held it for") == true)
        #expect(call.arguments("IP=nonsense").run("ADD").error?.code == .invalidEnvironment)
        #expect(call.container("c2").arguments("IP=10.1.1.1").run("ADD").error?.code == .invalidConfiguration)
        #expect(call.arguments("IgnoreUnknown=0;MAC=x").run("ADD").error?.code == .invalidEnvironment)
        #expect(call.with("runtimeConfig", ["ips": ["x"]]).run("ADD").error?.code == .invalidConfiguration)
    }

    @Test func resolvConf() throws {
        let path = store.path.appending("resolv.conf")
        var call = subnets("10.9.0.0/24")
        call.configuration["ipam"] = .object(
            call.configuration["ipam"]?.objectValue.map {
                var section = $0
                section["resolvConf"] = .string(path.string)
                return section
            } ?? JSONObject())
        let error = call.run("ADD").error
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message == "ipam.resolvConf: open \(path): No such file or directory")
        #expect(call.run("STATUS").error?.code == .unavailable)
        #expect(try File.list(store.path) == [])
        try AtomicFile.write(Array("nameserver 192.0.2.1\nsearch a b\noptions ndots:2\ndomain d\n".utf8), to: path)
        let dns = call.run("ADD").object["dns"]
        #expect(
            dns == ["nameservers": ["192.0.2.1"], "domain": "d", "search": ["a", "b"], "options": ["ndots:2"]])
    }

    @Test("CHECK: what prevResult lists is leased to this attachment") func check() throws {
        let call = subnets("10.9.0.0/24", "fd00::/64")
        let result = call.run("ADD").object
        let check = call.with("prevResult", .object(result))
        #expect(check.run("CHECK").isSilentSuccess)
        #expect(call.run("CHECK").error?.code == .invalidConfiguration)
        #expect(check.container("c2").run("CHECK").error?.code == .drifted)
        try File.remove(store.path.appending("n1/fd00::2"))
        let error = check.run("CHECK").error
        #expect(error?.code == .drifted)
        #expect(error?.message.contains("address fd00::2 is not leased to container c1, interface eth0") == true)
        call.run("DEL")
        #expect(check.run("CHECK").error?.code == .drifted)
    }

    @Test(
        "GC keeps what is valid, whatever way the runtime says it",
        arguments: [
            (#"[{"containerID":"c2","ifname":"eth0"}]"#, "cni.dev/valid-attachments", ["10.9.0.3"]),
            (#"[{"containerID":"c2","ifname":"eth0"}]"#, "cni.dev/attachments", ["10.9.0.3"]),
            (#"[{"containerID":"c2","ifname":"eth1"}]"#, "cni.dev/valid-attachments", []),
            ("[]", "cni.dev/valid-attachments", []), ("null", "cni.dev/valid-attachments", []),
            ("[]", "absent", ["10.9.0.2", "10.9.0.3", "10.9.0.4"]),
        ] as [(String, String, [String])])
    func collection(_ valid: String, _ key: String, _ left: [String]) throws {
        let call = subnets("10.9.0.0/24")
        for number in 1...3 { call.container("c\(number)").run("ADD") }
        try AtomicFile.write(Array("by hand".utf8), to: store.path.appending("n1/10.9.0.99"))
        #expect(call.with(key, try JSON(parsing: valid)).run("GC").isSilentSuccess)
        #expect(try leases() == left + ["10.9.0.99"])
        // Another network is not concerned.
        #expect(call.with("name", "n2").with(key, try JSON(parsing: valid)).run("GC").isSilentSuccess)
        #expect(try leases() == left + ["10.9.0.99"])
    }

    @Test("STATUS says so when leases cannot be written, and makes nothing") func status() throws {
        #expect(subnets("10.9.0.0/24").run("STATUS").isSilentSuccess)
        #expect(try File.list(store.path) == [])
        let unfit = store.path.appending("file").string
        let call = AddressPluginCall("host-local", ["subnet": "10.9.0.0/24", "dataDir": .string(unfit)])
        try AtomicFile.write([], to: store.path.appending("file"))
        #expect(call.run("STATUS").error?.code == .unavailable)
        #expect(call.run("ADD").error?.code == .internalError)
        #expect(call.run("DEL").isSilentSuccess)
    }
}
