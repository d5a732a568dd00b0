// SPDX-License-Identifier: Apache-2.0
import IPAM
import JSON
import LinuxSystem
import NetworkTypes
import SystemPackage
import Testing

@Suite(.enabled(if: ReferenceHostLocal.isInstalled, "needs Debian's containernetworking-plugins"))
struct InteroperabilityTests {
    static let subnets = ["10.9.0.0/29", "fd00::/64"]

    @Test("leases of the reference are honoured and released by us") func theirsByUs() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/29", "fd00::/64")
        #expect(try ReferenceHostLocal.add("c1", in: store, subnets: Self.subnets) == ["10.9.0.2", "fd00::2"])
        #expect(throws: IPAMError.self) { try store.add("c1", to: plan) }
        #expect(try store.add("c2", to: plan) == ["10.9.0.3", "fd00::3"])
        // Written while our index is there and sealed.
        #expect(try ReferenceHostLocal.add("c3", in: store, subnets: Self.subnets) == ["10.9.0.4", "fd00::4"])
        let error = #expect(throws: IPAMError.self) { try store.add("c4", to: plan, requesting: ["10.9.0.4"]) }
        #expect(error?.description.contains("container c3, interface eth0, has held it for") == true)
        #expect(try store.delete("c3") == ["10.9.0.4", "fd00::4"])
        #expect(try store.delete("c1") == ["10.9.0.2", "fd00::2"])
        #expect(try store.files() == ["10.9.0.3", "fd00::3"])
    }

    @Test("our leases are honoured and released by the reference") func oursByThem() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/29", "fd00::/64")
        #expect(try store.add("c1", to: plan) == ["10.9.0.2", "fd00::2"])
        let duplicate = try ReferenceHostLocal.run("ADD", "c1", in: store, subnets: Self.subnets)
        #expect(duplicate["msg"]?.stringValue?.contains("duplicate allocation") == true)
        #expect(try ReferenceHostLocal.add("c2", in: store, subnets: Self.subnets) == ["10.9.0.3", "fd00::3"])
        let check = try ReferenceHostLocal.run("CHECK", "c1", in: store, subnets: Self.subnets)
        #expect(check["msg"]?.stringValue == "Required prevResult missing" || check.isEmpty)
        let taken = try ReferenceHostLocal.run(
            "ADD", "c4", in: store, subnets: Self.subnets, arguments: "IP=10.9.0.2")
        #expect(taken["msg"]?.stringValue?.contains("10.9.0.2 is not available") == true)
        #expect(try ReferenceHostLocal.run("DEL", "c1", in: store, subnets: Self.subnets).isEmpty)
        #expect(try store.files() == ["10.9.0.3", "fd00::3"])
        #expect(try store.held(by: "c1") == [])
        #expect(try store.add("c1", to: plan) == ["10.9.0.4", "fd00::4"])
        #expect(try store.delete("c1") == ["10.9.0.4", "fd00::4"])
    }

    @Test("taking turns, the round robin goes on") func alternating() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/29")
        var addresses: [String] = []
        for turn in 2...6 {
            addresses +=
                turn % 2 == 0
                ? try store.add("c\(turn)", to: plan)
                : try ReferenceHostLocal.add("c\(turn)", in: store, subnets: ["10.9.0.0/29"])
        }
        #expect(addresses == (2...6).map { "10.9.0.\($0)" })
        #expect(try ReferenceHostLocal.add("x", in: store, subnets: ["10.9.0.0/29"]) == [])
        #expect(throws: IPAMError.self) { try store.add("x", to: plan) }
        for turn in 2...6 {
            if turn % 2 == 1 {
                #expect(try store.delete("c\(turn)") == ["10.9.0.\(turn)"])
            } else {
                #expect(try ReferenceHostLocal.run("DEL", "c\(turn)", in: store, subnets: ["10.9.0.0/29"]).isEmpty)
            }
        }
        #expect(try store.files() == [])
    }

    @Test("an address that changed hands behind our back is not released with its old owner") func changedHands() throws
    {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/29")
        try store.add("c1", to: plan)
        let index = store.path.appending(".swnet/c1:eth0")
        let entry = try File.read(index)
        try ReferenceHostLocal.run("DEL", "c1", in: store, subnets: ["10.9.0.0/29"])
        let stranger = try ReferenceHostLocal.add(
            "c2", in: store, subnets: ["10.9.0.0/29"], arguments: "IP=10.9.0.2")
        #expect(stranger == ["10.9.0.2"])
        #expect(try File.read(index) == entry)
        #expect(try store.delete("c1") == [])
        #expect(try store.held(by: "c2") == ["10.9.0.2"])
    }

    @Test("GC takes theirs as ours") func collection() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/24")
        for container in ["a", "c"] { try store.add(container, to: plan) }
        for container in ["b", "d"] {
            _ = try ReferenceHostLocal.add(container, in: store, subnets: ["10.9.0.0/24"])
        }
        let valid: Set = [try store.attachment("c"), try store.attachment("d"), try store.attachment("x")]
        let collected = try store.withLeases { leases throws(IPAMError) in try leases.collect(keeping: valid) }
        #expect(collected.map(\.description) == ["10.9.0.2", "10.9.0.4"])
        #expect(try store.files() == ["10.9.0.3", "10.9.0.5"])
    }
}
