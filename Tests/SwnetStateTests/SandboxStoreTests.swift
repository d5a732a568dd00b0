// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import NetworkTypes
import SwnetState
import SystemPackage
import TestSupport
import Testing

@Suite struct SandboxStoreTests {
    private static func record(_ fixture: StateFixture, _ id: String, named name: String) throws -> SandboxRecord {
        var attachment = SandboxRecord.Attachment(
            network: try fixture.name("n1"), interface: try #require(InterfaceName("eth0")),
            list: ["name": "n1", "plugins": [["type": "swnet"]]], arguments: "IgnoreUnknown=1",
            capabilities: ["ips": ["10.89.0.2"]])
        attachment.result = ["cniVersion": "1.0.0"]
        var record = SandboxRecord(
            id: try #require(ContainerID(id)), name: name, hostname: "host", command: ["sleep", "1"],
            created: Timestamp(seconds: 5), attachments: [attachment])
        record.processID = 77
        record.supervisorID = 76
        record.namespace = "/proc/76/fd/5"
        record.resolver.nameservers = ["192.0.2.1"]
        record.resolver.options = ["ndots:1"]
        return record
    }

    @Test("a record comes back as it was written") func roundTrip() throws {
        let fixture = try StateFixture()
        let store = SandboxStore(fixture.layout)
        let record = try Self.record(fixture, "abc", named: "web")
        let sandbox = try store.add(record)
        #expect(try store.read(record.id) == record)
        sandbox.record.processID = nil
        sandbox.record.attachments = []
        try sandbox.save()
        #expect(try store.read(record.id) == sandbox.record)
        #expect(try store.list().sandboxes == [sandbox.record])
    }

    @Test("a name is given once") func names() throws {
        let fixture = try StateFixture()
        let store = SandboxStore(fixture.layout)
        let first = try store.add(Self.record(fixture, "abc", named: "web"))
        #expect(throws: StateError.nameTaken("web")) { try store.add(Self.record(fixture, "def", named: "web")) }
        try first.remove()
        let second = try store.add(Self.record(fixture, "def", named: "web"))
        #expect(try store.list().sandboxes.map(\.id) == [second.record.id])
    }

    @Test("only an abandoned sandbox can be taken over, by one") func takeOver() throws {
        let fixture = try StateFixture()
        let store = SandboxStore(fixture.layout)
        let record = try Self.record(fixture, "abc", named: "web")
        var supervisor: SupervisedSandbox? = try store.add(record)
        #expect(!store.isAbandoned(record.id))
        #expect(try store.takeOver(record.id) == nil)
        #expect(supervisor != nil)
        supervisor = nil
        #expect(store.isAbandoned(record.id))
        let heir = try #require(try store.takeOver(record.id))
        #expect(try store.takeOver(record.id) == nil)
        #expect(heir.record == record)
        try heir.remove()
        #expect(try store.takeOver(record.id) == nil)
        #expect(try File.list(fixture.layout.sandboxes) == [])
    }

    @Test(
        "names, ids and beginnings of ids",
        arguments: [
            ("web", "abc1"), ("abc1", "abc1"), ("abc2", "abc2"), ("abc", nil), ("d", "def"), ("x", nil), ("", nil),
        ]
            as [(String, String?)])
    func lookUp(text: String, expected: String?) throws {
        let fixture = try StateFixture()
        let store = SandboxStore(fixture.layout)
        let kept = try [("abc1", "web"), ("abc2", "db"), ("def", "proxy")].map { id, name in
            try store.add(Self.record(fixture, id, named: name))
        }
        #expect(try store.list().sandbox(named: text)?.id.text == expected)
        #expect(kept.count == 3)
    }

    @Test("who changes attachments sees what others changed") func changing() throws {
        let fixture = try StateFixture()
        let store = SandboxStore(fixture.layout)
        let supervisor = try store.add(Self.record(fixture, "abc", named: "web"))
        var changed = supervisor.record
        changed.attachments = []
        try store.changing(changed.id) { () throws(StateError) in try store.write(changed) }
        #expect(supervisor.record.attachments.count == 1)
        try supervisor.changing { () throws(StateError) in
            #expect(supervisor.record == changed)
            try supervisor.remove()
        }
        #expect(try store.read(changed.id) == nil)
        #expect(try File.list(fixture.layout.locks).filter { $0.hasPrefix("sandbox-") } == [])
    }

    @Test("a torn record is reported and does not hide the others") func torn() throws {
        let fixture = try StateFixture()
        let store = SandboxStore(fixture.layout)
        let kept = try store.add(Self.record(fixture, "abc", named: "web"))
        try AtomicFile.write(Array("{".utf8), to: fixture.layout.sandboxes.appending("def.json"))
        let listing = try store.list()
        #expect(listing.sandboxes == [kept.record])
        #expect(listing.failures.count == 1)
    }
}
