// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import NetworkTypes
import SwnetState
import SystemPackage
import TestSupport
import Testing

@Suite struct ConnectionStoreTests {
    private static func record(_ fixture: StateFixture, _ namespace: FilePath) throws -> ConnectionRecord {
        let status = try #require(try FileStatus.ofFile(at: namespace))
        var record = ConnectionRecord(
            id: try #require(ContainerID("abc")), name: "web", namespace: namespace,
            identity: NetworkNamespace.Identity(device: status.device, inode: status.inode),
            created: Timestamp(seconds: 5))
        record.attachments = [
            SandboxRecord.Attachment(
                network: try fixture.name("n1"), interface: try #require(InterfaceName("eth1")),
                list: ["name": "n1", "plugins": [["type": "swnet"]]], arguments: "IgnoreUnknown=1", capabilities: [:])
        ]
        return record
    }

    @Test("a record comes back as it was written, and goes with its last attachment") func roundTrip() throws {
        let fixture = try StateFixture()
        let store = ConnectionStore(fixture.layout)
        var record = try Self.record(fixture, "/proc/self/ns/net")
        try store.changing { () throws(StateError) in try store.write(record) }
        #expect(try store.read(record.id) == record)
        #expect(try store.list().connections == [record])
        record.attachments = []
        try store.write(record)
        #expect(try store.read(record.id) == nil)
        #expect(try store.list().connections.isEmpty)
    }

    @Test("a sandbox is gone when its path is, or leads to another namespace") func gone() throws {
        let fixture = try StateFixture()
        let directory = try TemporaryDirectory()
        let path = directory.path.appending("netns")
        try AtomicFile.write([], to: path)
        let record = try Self.record(fixture, path)
        #expect(!record.isGone)
        let other = directory.path.appending("other")
        try AtomicFile.write([], to: other)
        try File.remove(path)
        #expect(record.isGone)
        try File.link(other, as: path)
        #expect(record.isGone)
    }
}
