// SPDX-License-Identifier: Apache-2.0
import IPAM
import LinuxSystem
import NetworkTypes
import SystemPackage
import Testing

@Suite struct AllocationTests {
    @Test("the layout of the reference, byte for byte") func layout() throws {
        let store = try LeaseStore()
        #expect(try store.add("c1", to: plan("10.9.0.0/24", "fd00::/64")) == ["10.9.0.2", "fd00::2"])
        #expect(
            try Set(File.list(store.path))
                == ["10.9.0.2", "fd00::2", "last_reserved_ip.0", "last_reserved_ip.1", "lock", ".swnet"])
        #expect(try store.content("10.9.0.2") == "c1\r\neth0")
        #expect(try store.content("fd00::2") == "c1\r\neth0")
        #expect(try store.content("last_reserved_ip.0") == "10.9.0.2")
        #expect(try store.content("last_reserved_ip.1") == "fd00::2")
        #expect(try File.list(store.path.appending(".swnet")) == ["c1:eth0"])
    }

    @Test(
        "round robin: in order, then exhaustion, then only what is reached again",
        arguments: [
            ("10.9.0.0/29", "10.9.0.", 6), ("fd00::/125", "fd00::", 7),
        ])
    func roundRobin(_ subnet: String, _ prefix: String, _ last: Int) throws {
        let store = try LeaseStore()
        let plan = try plan(subnet)
        for host in 2...last { #expect(try store.add("c\(host)", to: plan) == ["\(prefix)\(host)"]) }
        let error = #expect(throws: IPAMError.exhausted(plan.pools[0])) { try store.add("x", to: plan) }
        #expect(
            error?.description.contains("no IP addresses available in range set: \(prefix)1-\(prefix)\(last)") == true)
        #expect(try store.delete("c4") == ["\(prefix)4"])
        #expect(try store.delete("c3") == ["\(prefix)3"])
        #expect(try store.add("d", to: plan) == ["\(prefix)3"])
        #expect(try store.delete("d") == ["\(prefix)3"])
        #expect(try store.add("e", to: plan) == ["\(prefix)4"])
    }

    @Test("a failed allocation leaves nothing, and the same one works once there is room") func rollback() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/24", "fd00::/126")
        for name in ["a", "b"] { try store.add(name, to: plan) }
        let before = try store.files()
        #expect(throws: IPAMError.exhausted(plan.pools[1])) { try store.add("c", to: plan) }
        #expect(try store.files() == before)
        #expect(try store.held(by: "c") == [])
        #expect(try File.list(store.path.appending(".swnet")).sorted() == ["a:eth0", "b:eth0"])
        try store.delete("a")
        #expect(try store.add("c", to: plan) == ["10.9.0.4", "fd00::2"])
    }

    @Test("a second ADD of one attachment names the DEL to run; another interface is another owner") func duplicate()
        throws
    {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/24")
        try store.add("c1", to: plan)
        let owner = try store.attachment("c1")
        for wanted in [[], ["10.9.0.77"]] {
            let error = #expect(throws: IPAMError.self) { try store.add("c1", to: plan, requesting: wanted) }
            #expect(try error == .duplicate(#require(IPAddress("10.9.0.2")), owner))
            #expect(
                error?.description.contains("duplicate allocation is not allowed: run DEL for container c1") == true)
        }
        #expect(try store.files() == ["10.9.0.2"])
        let second = LeaseOwner(try store.attachment("c1", "eth1"), sandbox: "/run/netns/x")
        let more = try store.withLeases { leases throws(IPAMError) in try leases.allocate(from: plan, to: second) }
        #expect(more.map(\.address.description) == ["10.9.0.3/24"])
        #expect(more.map(\.gateway.description) == ["10.9.0.1"])
        #expect(try store.delete("c1") == ["10.9.0.2"])
        #expect(try store.files() == ["10.9.0.3"])
    }

    @Test("an owner may hold addresses of several plans, as when the configuration changed") func severalPlans() throws
    {
        let store = try LeaseStore()
        try store.add("c1", to: plan("10.9.0.0/24"))
        try store.add("c1", to: plan("10.8.0.0/24"))
        #expect(throws: IPAMError.self) { try store.add("c1", to: plan("10.7.0.0/30", "10.8.0.0/24")) }
        #expect(try store.held(by: "c1") == ["10.9.0.2", "10.8.0.2"])
        #expect(try store.delete("c1") == ["10.9.0.2", "10.8.0.2"])
        #expect(try store.files() == [])
    }

    @Test("each set takes one requested address that lies in it") func requested() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/24", "10.8.0.0/24", "fd00::/64")
        #expect(
            try store.add("c1", to: plan, requesting: ["fd00::99", "10.8.0.9", "fd00::99"])
                == ["10.9.0.2", "10.8.0.9", "fd00::99"])
        #expect(try store.content("last_reserved_ip.2") == "fd00::99")
        #expect(try store.add("c2", to: plan) == ["10.9.0.3", "10.8.0.10", "fd00::9a"])
    }

    @Test(
        "requests that cannot be met",
        arguments: [
            (["10.9.0.1"], "requested ip 10.9.0.1 is subnet's gateway"),
            (["10.9.0.20"], "requested IP address 10.9.0.20 is excluded from its range"),
            (["10.7.0.1"], "failed to allocate all requested IPs: no range set has room for 10.7.0.1"),
            (["10.9.0.4", "10.9.0.5"], "failed to allocate all requested IPs: no range set has room for 10.9.0.5"),
            (["10.9.0.0"], "failed to allocate all requested IPs: no range set has room for 10.9.0.0"),
        ])
    func refusedRequests(_ wanted: [String], _ reason: String) throws {
        let store = try LeaseStore()
        let range = try AddressRange(
            subnet: #require(IPPrefix("10.9.0.0/24")), excluded: [#require(IPPrefix("10.9.0.16/28"))])
        let plan = try AddressPlan(ranges: [[range]])
        let error = #expect(throws: IPAMError.self) { try store.add("c1", to: plan, requesting: wanted) }
        #expect(error?.description == reason)
        #expect(try store.files() == [])
    }

    @Test("a taken address is reported with its owner and age") func taken() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/24")
        try store.add("web", to: plan, requesting: ["10.9.0.9"])
        try File.setModified(
            store.path.appending("10.9.0.9"), Timestamp(seconds: Timestamp.now().seconds - 90_061))
        let error = #expect(throws: IPAMError.self) { try store.add("c2", to: plan, requesting: ["10.9.0.9"]) }
        #expect(
            error?.description
                == "requested IP address 10.9.0.9 is not available: container web, interface eth0, has held it for "
                + "1 d 1 h")
        try store.write("somebody's note", to: "10.9.0.10")
        let unknown = #expect(throws: IPAMError.self) { try store.add("c2", to: plan, requesting: ["10.9.0.10"]) }
        #expect(unknown?.description.contains("by an unknown owner") == true)
    }

    @Test("DEL of what never was makes nothing and succeeds") func deleteNothing() throws {
        let store = try LeaseStore()
        #expect(try store.delete("c1") == [])
        #expect(!File.exists(store.path))
        try store.add("c1", to: plan("10.9.0.0/24"))
        #expect(try store.delete("c2") == [])
        #expect(try store.delete("c1") == ["10.9.0.2"])
        #expect(try store.delete("c1") == [])
        #expect(try File.list(store.path.appending(".swnet")) == [])
    }

    @Test("names of any length") func longNames() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/24")
        let name = String(repeating: "x", count: 5000)
        #expect(try store.add(name, to: plan) == ["10.9.0.2"])
        #expect(try store.add(name + "y", to: plan) == ["10.9.0.3"])
        #expect(throws: IPAMError.self) { try store.add(name, to: plan) }
        #expect(try store.delete(name) == ["10.9.0.2"])
        #expect(try store.held(by: name + "y") == ["10.9.0.3"])
    }

    @Test("a held lock is an error of its own, after the deadline") func lockTimeout() throws {
        var store = try LeaseStore()
        store.deadline = 20
        try store.write("", to: "lock")
        let lock = try FileLock(path: store.path.appending("lock"))
        defer { extendLifetime(lock) }
        let error = #expect(throws: IPAMError.self) { try store.delete("c1") }
        guard case .locked = error else {
            Issue.record("not .locked: \(String(describing: error))")
            return
        }
    }
}
