// SPDX-License-Identifier: Apache-2.0
import IPAM
import LinuxSystem
import NetworkTypes
import SystemPackage
import TestSupport
import Testing

@Suite struct ConcurrencyTests {
    @Test("64 at once: all addresses differ, and releasing all at once leaves nothing") func many() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/24", "fd00::/64")
        let addresses = try onThreads(64) { number in try store.add("c\(number)", to: plan) }
        #expect(addresses.count == 64)
        #expect(Set(addresses.joined()).count == 128)
        #expect(try store.files().count == 128)
        let released = try onThreads(64) { number in try store.delete("c\(number)") }
        #expect(released == addresses)
        #expect(try store.files() == [])
        #expect(try File.list(store.path.appending(".swnet")) == [])
    }

    @Test("64 for the last addresses: as many succeed as there are") func scarcity() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/27")
        let addresses = try onThreads(64) { number in
            do { return try store.add("c\(number)", to: plan) } catch IPAMError.exhausted { return [] }
        }
        #expect(Set(addresses.joined()).count == 29)
        #expect(addresses.count { $0.isEmpty } == 35)
    }

    @Test(
        "processes of the reference among our threads",
        .enabled(if: ReferenceHostLocal.isInstalled, "needs Debian's containernetworking-plugins"))
    func mixed() throws {
        let store = try LeaseStore()
        let plan = try plan("10.9.0.0/24")
        let addresses = try onThreads(64) { number in
            number % 4 == 0
                ? try ReferenceHostLocal.add("c\(number)", in: store, subnets: ["10.9.0.0/24"])
                : try store.add("c\(number)", to: plan)
        }
        #expect(Set(addresses.joined()).count == 64)
        _ = try onThreads(64) { number in
            if number % 4 == 1 {
                _ = try ReferenceHostLocal.run("DEL", "c\(number)", in: store, subnets: ["10.9.0.0/24"])
            } else {
                _ = try store.delete("c\(number)")
            }
        }
        #expect(try store.files() == [])
    }
}
