// SPDX-License-Identifier: Apache-2.0
import IPAM
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

@Suite struct ReclaimTests {
    @Test("after a reboot: addresses of gone sandboxes are taken back when wanted, the others are not") func reboot()
        throws
    {
        var store = try LeaseStore()
        let plan = try plan("10.9.0.0/29")
        try store.add("alive", to: plan)
        for name in ["gone1", "gone2"] { try store.add(name, to: plan, sandbox: "/run/netns/never-\(name)") }
        try store.add("process", to: plan, sandbox: "/proc/1/ns/net")
        try store.write("stranger\r\neth0", to: "10.9.0.6")
        #expect(throws: IPAMError.exhausted(plan.pools[0])) { try store.add("new", to: plan) }
        #expect(try store.exhausted(plan) == 1)
        store.boot = "boot-2"
        #expect(try store.exhausted(plan) == 0)
        #expect(try store.add("wanted", to: plan, requesting: ["10.9.0.4"]) == ["10.9.0.4"])
        #expect(throws: IPAMError.self) { try store.add("x", to: plan, requesting: ["10.9.0.2"]) }
        #expect(try store.add("n1", to: plan) == ["10.9.0.5"])
        #expect(try store.add("n2", to: plan) == ["10.9.0.3"])
        #expect(throws: IPAMError.exhausted(plan.pools[0])) { try store.add("n3", to: plan) }
        #expect(try store.files() == ["10.9.0.2", "10.9.0.3", "10.9.0.4", "10.9.0.5", "10.9.0.6"])
        #expect(try store.delete("gone1") == [])
    }

    @Test("the same container comes back after a reboot, even with the same sandbox path") func sameOwner() throws {
        var store = try LeaseStore()
        let plan = try plan("10.9.0.0/29", "fd00::/64")
        try store.add("c1", to: plan)
        #expect(throws: IPAMError.self) { try store.add("c1", to: plan) }
        store.boot = "boot-2"
        #expect(try store.add("c1", to: plan) == ["10.9.0.3", "fd00::3"])
        #expect(try store.files() == ["10.9.0.3", "fd00::3"])
        #expect(throws: IPAMError.self) { try store.add("c1", to: plan) }
    }

    @Test("what another program reserved again since is not ours to take back") func reservedAgain() throws {
        var store = try LeaseStore()
        let plan = try plan("10.9.0.0/30")
        try store.add("c1", to: plan, sandbox: "/run/netns/never")
        try File.remove(store.path.appending("10.9.0.2"))
        try store.write("c1\r\neth0", to: "10.9.0.2")
        store.boot = "boot-2"
        #expect(throws: IPAMError.self) { try store.add("c2", to: plan) }
        #expect(throws: IPAMError.self) { try store.add("c2", to: plan, requesting: ["10.9.0.2"]) }
        #expect(try store.delete("c1") == ["10.9.0.2"])
    }

    @Test(
        "files that a crash left empty are free, others without an owner are not",
        arguments: [
            ("", true), (" \r\n", true), ("\0\0\0\0", true), ("keep off", false), ("-bad\r\neth0", false),
            ("c1\r\na/b", false), ("c1\rjunk", false), ("c1", false),
        ])
    func tornFiles(_ content: String, _ isFree: Bool) throws {
        for requested in [[], ["10.9.0.2"]] {
            let store = try LeaseStore()
            try store.write(content, to: "10.9.0.2")
            let plan = try plan("10.9.0.0/30")
            if isFree {
                #expect(try store.add("new", to: plan, requesting: requested) == ["10.9.0.2"])
            } else {
                #expect(throws: IPAMError.self) { try store.add("new", to: plan, requesting: requested) }
                #expect(try store.content("10.9.0.2") == content)
            }
        }
    }

    @Test("very old leases name the container only") func oldFormat() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/24")
        try store.write("c1", to: "10.9.0.9")
        try store.write("c1\r\neth1", to: "10.9.0.8")
        try store.write("10.9.0.7", to: "last_reserved_ip.0")
        #expect(throws: IPAMError.self) { try store.add("c1", to: plan) }
        #expect(try store.held(by: "c1") == ["10.9.0.9"])
        let second = try store.attachment("c1", "eth1")
        let released = try store.withLeases { leases throws(IPAMError) in try leases.release(heldBy: second) }
        #expect(released.map(\.description) == ["10.9.0.8"])
        let kept = try store.withLeases { leases throws(IPAMError) in try leases.collect(keeping: [second]) }
        #expect(kept.isEmpty)
        #expect(try store.delete("c1") == ["10.9.0.9"])
        // A container whose id is the address in the marker does not own it.
        #expect(try store.delete("10.9.0.7") == [])
        #expect(try store.content("last_reserved_ip.0") == "10.9.0.7")
    }

    @Test("GC without a list takes back what an earlier boot left") func collectStale() throws {
        var store = try LeaseStore()
        let plan = try plan("10.9.0.0/24")
        try store.add("alive", to: plan)
        try store.add("gone", to: plan, sandbox: "/run/netns/never")
        try store.write("keep off", to: "10.9.0.77")
        #expect(try store.withLeases { leases throws(IPAMError) in try leases.collectStale() }.isEmpty)
        store.boot = "boot-2"
        let collected = try store.withLeases { leases throws(IPAMError) in try leases.collectStale() }
        #expect(collected.map(\.description) == ["10.9.0.3"])
        #expect(try store.files() == ["10.9.0.2", "10.9.0.77"])
        let all = try store.withLeases { leases throws(IPAMError) in try leases.all() }
        #expect(all.map { $0.holder?.container.text } == ["alive", nil])
    }

    @Test("nothing that lies in the directory can trap, block or lead elsewhere") func hostileFiles() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/28")
        try store.add("c1", to: plan)
        try File.createDirectory(store.path.appending("10.9.0.3"))
        try store.write(String(repeating: "x", count: 300_000), to: "10.9.0.4")
        try File.link(store.path.appending("10.9.0.4"), as: store.path.appending("10.9.0.5"))
        try Command.run("ln -s /etc/passwd \(store.path)/10.9.0.13")
        try Command.run("mkfifo \(store.path)/10.9.0.14")
        try File.createDirectory(store.path.appending(".swnet/folder:eth0"))
        for (number, bytes) in Self.garbage.enumerated() {
            try AtomicFile.write(bytes, to: store.path.appending("10.9.0.\(6 + number)"))
            try AtomicFile.write(bytes, to: store.path.appending(".swnet/x\(number):eth0"))
            try AtomicFile.write(bytes, to: store.path.appending("last_reserved_ip.0"))
            #expect(try store.delete("x\(number)") == [])
            _ = try? store.add("y\(number)", to: plan)
            #expect(try store.held(by: "c1") == ["10.9.0.2"])
        }
        let unowned: Set = ["10.9.0.3", "10.9.0.4", "10.9.0.5", "10.9.0.13", "10.9.0.14"]
        #expect(try unowned.isSubset(of: store.files()))
        #expect(try store.delete("c1") == ["10.9.0.2"])
    }

    @Test("an index entry that was cut off anywhere is made anew") func tornIndex() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/28", "fd00::/64")
        let addresses = try store.add("c1", to: plan)
        let path = store.path.appending(".swnet/c1:eth0")
        let whole = try File.read(path)
        for count in stride(from: 0, to: whole.count, by: 7) {
            try File.remove(path)
            try AtomicFile.write(Array(whole[..<count]), to: path)
            try File.setModified(store.path, Timestamp.now())
            #expect(try store.held(by: "c1") == addresses)
        }
        #expect(try store.delete("c1") == addresses)
    }

    private static var garbage: [[UInt8]] {
        [[0xff, 0xfe, 0], Array("swnet lease index 1\n".utf8), Array("swnet lease index 1\naddress x\n".utf8)]
            + (0..<4).map { _ in (0..<200).map { _ in .random(in: 0...255) } }
    }
}

extension LeaseStore {
    /// How many sets of the plan ADD would find exhausted.
    fileprivate func exhausted(_ plan: AddressPlan) throws -> Int {
        try withLeases { leases throws(IPAMError) in try leases.exhausted(in: plan) }.count
    }
}
