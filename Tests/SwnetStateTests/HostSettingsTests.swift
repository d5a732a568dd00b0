// SPDX-License-Identifier: Apache-2.0
import LinuxSystem
import NetworkTypes
import SwnetState
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Privileges.canUnshareNetwork, "needs root")) struct HostSettingsTests {
    @Test("what was changed, each once, with its first value") func changes() throws {
        let fixture = try StateFixture()
        let host = try TestNamespace()
        let settings = HostSettings(fixture.layout)
        let forwarding = Sysctl("net/ipv4/ip_forward")
        try host.inside {
            try forwarding.write("0")
            #expect(try settings.changes().isEmpty)
            try settings.set(forwarding, to: "0")
            #expect(try settings.changes().isEmpty)
            try settings.set(forwarding, to: "1")
            try forwarding.write("0")
            try settings.set(forwarding, to: "1")
            #expect(try forwarding.read() == "1")
            try settings.set(Sysctl("net/ipv4/conf/lo/rp_filter"), to: "2")
        }
        #expect(try settings.changes().map(\.key) == ["net/ipv4/ip_forward", "net/ipv4/conf/lo/rp_filter"])
        #expect(try settings.changes().first?.previous == "0")
    }

    @Test("a torn record costs the history, not the network") func torn() throws {
        let fixture = try StateFixture()
        let host = try TestNamespace()
        let settings = HostSettings(fixture.layout)
        try File.createDirectory(fixture.layout.runDirectory)
        try AtomicFile.write(Array("{".utf8), to: fixture.layout.runDirectory.appending("settings.json"))
        try host.inside {
            try Sysctl("net/ipv4/ip_forward").write("0")
            try settings.set(Sysctl("net/ipv4/ip_forward"), to: "1")
        }
        #expect(try settings.changes().map(\.key) == ["net/ipv4/ip_forward"])
    }

    @Test("a key that the kernel does not have is an error, and no change") func missing() throws {
        let fixture = try StateFixture()
        let settings = HostSettings(fixture.layout)
        #expect(throws: StateError.self) { try settings.set(Sysctl("net/ipv4/no_such_key"), to: "1") }
        #expect(try settings.changes().isEmpty)
    }
}
