// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import NetworkTypes
import SwnetState
import SystemPackage
import Testing

@Suite struct EndpointStoreTests {
    @Test("what is written is read back, and reading needs no lock") func roundTrip() throws {
        let fixture = try StateFixture()
        let record = try fixture.fullRecord()
        #expect(try fixture.endpoints.read(record.attachment, on: record.network) == nil)
        try fixture.write(record)
        try fixture.endpoints.withExclusiveLock(of: record.network) { _ throws(StateError) in
            #expect((try? fixture.endpoints.read(record.attachment, on: record.network)) == record)
        }
        #expect(try fixture.endpoints.list().endpoints == [record])
        #expect(try fixture.endpoints.networks() == [record.network])
    }

    @Test("the file, as documented") func format() throws {
        let fixture = try StateFixture()
        var record = try fixture.fullRecord()
        record.sandbox = "/run/netns/x"
        #expect(
            JSON.object(record.json).text() == """
                {"version":1,"network":"n1","container":"0123456789abcdef","interface":"eth0","sandbox":"/run/netns/x",\
                "boot":"boot-1","state":"attached","created":1700000000,"name":"web","aliases":["www","front"],\
                "type":"bridge","bridge":"swnet0","hostInterface":"veth0","mac":"0a:58:0a:59:00:02",\
                "addresses":["10.89.0.2/24","fd00::2/64"],"gateways":["10.89.0.1","fd00::1"],"ports":[{"hostPort":8080,\
                "containerPort":80,"protocol":"tcp"},{"hostAddress":"127.0.0.1","hostPort":53,"containerPort":53,\
                "protocol":"udp"}],"stages":{"bridge":{"created":true},"portmap":{"ports":[1,2]}}}
                """)
    }

    @Test("keys of a newer swnet survive; a newer version is refused") func newerWriters() throws {
        let fixture = try StateFixture()
        let record = try fixture.record("c1")
        try fixture.write(record)
        let path = fixture.layout.endpoint(record.attachment, on: record.network)
        var object = try JSONObject(parsing: File.read(path))
        object["colour"] = "red"
        try AtomicFile.write(object.encoded(), to: path)
        var read = try #require(try fixture.endpoints.read(record.attachment, on: record.network))
        read.name = "web"
        try fixture.write(read)
        #expect(try JSONObject(parsing: File.read(path))["colour"] == "red")

        object["version"] = 2
        try AtomicFile.write(object.encoded(), to: path)
        let error = #expect(throws: StateError.unknownVersion(path, version: 2)) {
            try fixture.endpoints.read(record.attachment, on: record.network)
        }
        #expect(
            error?.description
                == "read \(path): the record has version 2, which only a newer swnet can read; use that one")
        #expect(try fixture.endpoints.list().failures == [.unknownVersion(path, version: 2)])
    }

    @Test("chained plugins share a record, and the last to leave removes it") func stages() throws {
        let fixture = try StateFixture()
        let record = try fixture.record("c1")
        try fixture.endpoints.withExclusiveLock(of: record.network) { endpoints throws(StateError) in
            try endpoints.record(EndpointStage("bridge"), of: record.attachment) { record }
            try endpoints.record(EndpointStage("portmap", undo: ["a": 1]), of: record.attachment) { record }
            try endpoints.record(EndpointStage("portmap", undo: ["a": 2]), of: record.attachment) { record }
        }
        var read = try #require(try fixture.endpoints.read(record.attachment, on: record.network))
        #expect(read.stages.keys == ["bridge", "portmap"])
        #expect(read[stage: "portmap"] == ["a": 2])
        try fixture.endpoints.withExclusiveLock(of: record.network) { endpoints throws(StateError) in
            try endpoints.forget(stage: "portmap", of: record.attachment)
            try endpoints.forget(stage: "unheard of", of: record.attachment)
        }
        read = try #require(try fixture.endpoints.read(record.attachment, on: record.network))
        #expect(read.stages.keys == ["bridge"])
        try fixture.endpoints.withExclusiveLock(of: record.network) { endpoints throws(StateError) in
            try endpoints.forget(stage: "bridge", of: record.attachment)
            try endpoints.forget(stage: "bridge", of: record.attachment)
        }
        #expect(try fixture.endpoints.read(record.attachment, on: record.network) == nil)
        #expect(try File.list(fixture.layout.endpoints) == [])
    }

    @Test func lastEndpoint() throws {
        let fixture = try StateFixture()
        let (first, second) = (try fixture.record("c1"), try fixture.record("c2"))
        func isLast(besides record: EndpointRecord) throws -> Bool {
            try fixture.endpoints.withExclusiveLock(of: record.network) { endpoints throws(StateError) in
                try endpoints.isLast(besides: record.attachment)
            }
        }
        #expect(try isLast(besides: first))
        try fixture.write(first)
        #expect(try isLast(besides: first))
        #expect(try !isLast(besides: second))
        try fixture.write(second)
        #expect(try !isLast(besides: first))
        try fixture.endpoints.withExclusiveLock(of: first.network) { endpoints throws(StateError) in
            #expect((try? endpoints.remove(second.attachment)) == true)
            #expect((try? endpoints.remove(second.attachment)) == false)
        }
        // What a writer left that died halfway is no endpoint.
        let left = fixture.layout.endpoints(of: first.network).appending(".c3:eth0.json~77")
        try AtomicFile.write([], to: left)
        #expect(try isLast(besides: first))
        #expect(try fixture.endpoints.list(first.network).endpoints == [first])
    }

    @Test func search() throws {
        let fixture = try StateFixture()
        var records = try [("abc1", "n1"), ("abd2", "n1"), ("abc", "n2")].map { try fixture.record($0.0, on: $0.1) }
        records[0].name = "web"
        records[0].addresses = [try #require(IPPrefix("10.0.0.2/24"))]
        records[1].name = "abc1x"
        records[1].ports = [try fixture.port(8080, 80), try fixture.port(53, 53, .udp, at: "127.0.0.1")]
        records[2].boot = "boot-0"
        for record in records { try fixture.write(record) }
        let listing = try fixture.endpoints.list()
        #expect(listing.endpoints(named: "web") == [records[0]])
        #expect(listing.endpoints(named: "abc") == [records[2]])
        #expect(listing.endpoints(named: "ab").count == 3)
        #expect(listing.endpoints(named: "").isEmpty)
        #expect(listing.endpoint(at: try #require(IPAddress("10.0.0.2"))) == records[0])
        #expect(listing.endpoint(at: try #require(IPAddress("10.0.0.3"))) == nil)
        #expect(listing.endpoint(publishing: try fixture.port(8080, 1, at: "::1")) == records[1])
        #expect(listing.endpoint(publishing: try fixture.port(53, 1, .udp)) == records[1])
        #expect(listing.endpoint(publishing: try fixture.port(53, 1, .udp, at: "::1")) == nil)
        #expect(listing.endpoint(publishing: try fixture.port(8080, 1, .udp)) == nil)
        #expect(listing.stale(in: "boot-1") == [records[2]])
        #expect(listing.stale(in: "boot-2").count == 3)
    }

    @Test("torn, hostile and huge files are errors of their own and hide nothing else") func corruption() throws {
        let fixture = try StateFixture()
        let good = try fixture.record("good")
        try fixture.write(good)
        let directory = fixture.layout.endpoints(of: good.network)
        let whole = JSON.object(try fixture.fullRecord().json).encoded()
        let path = directory.appending("bad:eth0.json")
        let attachment = try fixture.attachment("bad")
        var generator = SystemRandomNumberGenerator()
        var contents = stride(from: 0, to: whole.count, by: 5).map { Array(whole[..<$0]) }
        for _ in 0..<100 {
            var changed = whole
            for _ in 0..<3 { changed[Int.random(in: 0..<whole.count, using: &generator)] = .random(in: 0...255) }
            contents.append(changed)
            contents.append((0..<64).map { _ in .random(in: 0...255, using: &generator) })
        }
        for content in contents {
            try File.remove(path)  // replacing a file makes ext4 write it to the disk at once
            try AtomicFile.write(content, to: path)
            do throws(StateError) { _ = try fixture.endpoints.read(attachment, on: good.network) } catch {
                switch error {
                case .corrupt, .unknownVersion: continue
                default: Issue.record("\(error)")
                }
            }
        }
        try AtomicFile.write([UInt8](repeating: 0x20, count: 5 << 20), to: path)
        try File.createDirectory(directory.appending("folder.json"))
        let listing = try fixture.endpoints.list(good.network)
        #expect(listing.endpoints == [good])
        #expect(listing.failures.count == 2 && listing.failures.allSatisfy(\.isCorrupt))
    }

    @Test func lockTimeout() throws {
        let fixture = try StateFixture()
        let network = try fixture.name("n1")
        try fixture.endpoints.withExclusiveLock(of: network) { _ throws(StateError) in
            let error = #expect(throws: LockedError<StateError>.self) {
                try fixture.endpoints.withExclusiveLock(of: network, deadline: 5) { _ throws(StateError) in }
            }
            guard case .locked = error?.flattened else {
                Issue.record("not .locked")
                return
            }
        }
        let isFree = try fixture.layout.withSkeletonLock { () throws(StateError) in true }
        #expect(isFree)
    }
}
