// SPDX-License-Identifier: Apache-2.0
import IPAM
import LinuxSystem
import NetworkTypes
import SystemPackage
import Testing

@Suite struct CostTests {
    @Test("with 10 or 2,000 leases the same is done", arguments: [10, 2000]) func flat(_ count: Int) throws {
        let store = try LeaseStore()
        let plan = try plan("10.8.0.0/16", "fd00::/64")
        for number in 0..<count / 2 {
            let host = try #require(IPAddress(UInt128(0x0a08_0002 + number), .ipv4))
            try store.write("c\(number)\r\neth0", to: host.description)
            try store.write("c\(number)\r\neth0", to: "fd00::\(String(number + 2, radix: 16))")
        }
        try store.write(
            try #require(IPAddress(UInt128(0x0a08_0001 + count / 2), .ipv4)).description, to: "last_reserved_ip.0")
        try store.write("fd00::\(String(count / 2 + 1, radix: 16))", to: "last_reserved_ip.1")
        try store.add("first", to: plan)  // makes the index

        let owner = LeaseOwner(try store.attachment("new"), sandbox: store.sandbox)
        let allocated = try work(in: store) { leases throws(IPAMError) in _ = try leases.allocate(from: plan, to: owner)
        }
        #expect(allocated == [0, 11])
        let held = try work(in: store) { leases throws(IPAMError) in _ = try leases.addresses(heldBy: owner.attachment)
        }
        #expect(held == [0, 3])
        let released = try work(in: store) { leases throws(IPAMError) in
            _ = try leases.release(heldBy: owner.attachment)
        }
        #expect(released == [0, 7])
        let again = try work(in: store) { leases throws(IPAMError) in _ = try leases.release(heldBy: owner.attachment) }
        #expect(again == [0, 3])
    }

    @Test(
        "in a crowded corner of a huge range the work is bounded by the leases", arguments: ["10.0.0.0/8", "fd00::/64"])
    func crowded(_ subnet: String) throws {
        let store = try LeaseStore()
        let plan = try plan(subnet)
        let first = try #require(plan.pools[0].next(after: nil))
        for number in 0..<300 {
            let address = try #require(first.advanced(by: UInt128(number)))
            try store.write("c\(number)\r\neth0", to: address.description)
        }
        try store.add("index", to: plan, requesting: [try #require(first.advanced(by: 9999)).description])
        try File.remove(store.path.appending("last_reserved_ip.0"))
        try store.add("repaired", to: plan)
        try store.write(plan.pools[0].ranges[0].end.description, to: "last_reserved_ip.0")
        let owner = LeaseOwner(try store.attachment("new"), sandbox: store.sandbox)
        let work = try work(in: store) { leases throws(IPAMError) in _ = try leases.allocate(from: plan, to: owner) }
        #expect(work[0] == 1)
        #expect(work[1] < 25)
    }

    /// Directories read, and files opened, linked and removed.
    private func work(
        in store: LeaseStore, _ body: (inout Leases) throws(IPAMError) -> Void
    ) throws -> [Int] {
        try store.withLeases { leases throws(IPAMError) in
            try body(&leases)
            return [leases.work.directoryReads, leases.work.fileOperations]
        }
    }
}
