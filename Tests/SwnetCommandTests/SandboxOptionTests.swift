// SPDX-License-Identifier: Apache-2.0
internal import LinuxSystem
internal import NetworkTypes
internal import SystemPackage
internal import Testing
internal import swnet

@Suite struct SandboxOptionTests {
    @Test("a network with settings") func network() throws {
        let option = try #require(
            NetworkOption("back:ip=10.90.0.7,ip=fd00:90::7,alias=db,alias=sql,interface=net1,mac=02:00:00:00:00:01"))
        #expect(option.network.text == "back")
        #expect(option.addresses.map(\.description) == ["10.90.0.7", "fd00:90::7"])
        #expect(option.aliases.map(\.text) == ["db", "sql"])
        #expect(option.interface?.text == "net1" && option.mac?.description == "02:00:00:00:00:01")
        let plain = try #require(NetworkOption("front"))
        #expect(plain.addresses.isEmpty && plain.aliases.isEmpty && plain.interface == nil && plain.mac == nil)
    }

    @Test(
        "what is no network with settings",
        arguments: [
            "", ":ip=10.0.0.1", "a b", "n:", "n:ip", "n:ip=", "n:ip=x", "n:nosuch=1", "n:alias=a b", "n:interface=a/b",
            "n:interface=a,interface=b", "n:mac=01:00:00:00:00:00", "n:ip=10.0.0.1,,alias=b",
        ])
    func badNetwork(text: String) { #expect(NetworkOption(text) == nil) }

    @Test(
        "kernel settings in both spellings",
        arguments: [
            ("net.ipv4.ip_forward=1", "net/ipv4/ip_forward", "1"),
            ("net/ipv4/conf/eth0.5/arp_ignore=2", "net/ipv4/conf/eth0.5/arp_ignore", "2"),
            ("net.ipv4.conf.eth0/5.arp_ignore=2", "net/ipv4/conf/eth0.5/arp_ignore", "2"),
            ("net.ipv4.ping_group_range=0 10", "net/ipv4/ping_group_range", "0 10"),
        ])
    func sysctl(text: String, key: String, value: String) throws {
        let option = try #require(SysctlOption(text))
        #expect(option.key.key == key && option.value == value)
    }

    @Test(
        "what is no setting of a network",
        arguments: [
            "", "net.ipv4.ip_forward", "kernel.hostname=x", "net.=1", "net/../kernel/x=1", "net..x=1", "net.x=1",
        ])
    func badSysctl(text: String) { #expect(SysctlOption(text) == nil) }

    @Test("variables of the environment") func environment() {
        #expect(EnvironmentOption("A=b=c")?.entry == "A=b=c")
        #expect(EnvironmentOption("A=")?.entry == "A=")
        #expect(EnvironmentOption("A")?.name == "A" && EnvironmentOption("A")?.entry == nil)
        #expect(EnvironmentOption("=x") == nil && EnvironmentOption("") == nil)
    }

    @Test("interfaces and metrics") func interfaces() throws {
        let names = Set(["eth0", "eth2", "lo"].compactMap { InterfaceName($0) })
        #expect(try SandboxInterfaces.free(besides: names).text == "eth1")
        #expect(try SandboxInterfaces.free(besides: []).text == "eth0")
        #expect([0, 1, 2].map(SandboxInterfaces.metric) == [nil, 1124, 1224])
    }

    @Test(
        "names that may have been meant",
        arguments: [
            ("we", ["web", "web2", "weblog4"]), ("wbe", ["web"]), ("eb", ["web", "web2", "weblog4"]), ("wep1", ["wep"]),
            ("zzzzzzz", []), ("", []),
        ] as [(String, [String])])
    func nearest(text: String, expected: [String]) {
        #expect(nearestNames(to: text, among: ["wep", "web", "web2", "db", "weblog4"]) == expected)
    }

    @Test(
        "alternatives in words",
        arguments: [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")])
    func words(names: [String], text: String) { #expect(alternatives(names) == text) }
}
