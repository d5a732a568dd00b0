// SPDX-License-Identifier: Apache-2.0
import IPAM
import NetworkTypes
import Testing

@Suite struct DeadLeaseTests {
    @Test("dead are leases whose recorded sandbox is gone, of this boot or another")
    func dead() throws {
        var store = try LeaseStore()
        let plan = try plan("10.9.0.0/28")
        try store.add("earlier", to: plan, sandbox: "/run/netns/never-1")
        try store.add("process", to: plan, sandbox: "/proc/1/ns/net")
        store.boot = "boot-2"
        try store.add("alive", to: plan)
        try store.add("gone", to: plan, sandbox: "/run/netns/never-2")
        try store.add("recorded", to: plan, sandbox: "/run/netns/never-3")
        try store.add("nowhere", to: plan, sandbox: "")
        try store.write("stranger\r\neth0", to: "10.9.0.12")
        try store.write("", to: "10.9.0.13")
        let recorded = [try store.attachment("recorded")] as Set
        let dead = try store.withLeases { leases throws(IPAMError) in try leases.dead(besides: recorded) }
        #expect(dead.map(\.description) == ["10.9.0.2", "10.9.0.3", "10.9.0.5"])
        // A torn one is taken back by whoever first reads the leases again.
        #expect(try store.files().count == 7)
        let collected = try store.withLeases { leases throws(IPAMError) in try leases.collectDead(besides: recorded) }
        #expect(collected == dead)
        #expect(try store.files() == ["10.9.0.12", "10.9.0.4", "10.9.0.6", "10.9.0.7"])
        let again = try store.withLeases { leases throws(IPAMError) in try leases.collectDead(besides: recorded) }
        #expect(again.isEmpty)
        #expect(try store.add("new", to: plan, requesting: ["10.9.0.2"]) == ["10.9.0.2"])
    }
}
