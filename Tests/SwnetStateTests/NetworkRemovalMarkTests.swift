// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import NetworkTypes
import SwnetState
import SystemPackage
import Testing

@Suite struct NetworkRemovalMarkTests {
    private static let configuration: JSONObject = [
        "cniVersion": "1.0.0", "name": "n1", "plugins": [["type": "swnet"]],
    ]

    @Test("set while the network is removed, and only for that network") func whileRemoving() throws {
        let fixture = try StateFixture()
        let mark = NetworkRemovalMark(of: try fixture.name("n1"), fixture.layout)
        let other = NetworkRemovalMark(of: try fixture.name("n2"), fixture.layout)
        #expect(try !mark.isSet())
        try mark.whileRemoving { () throws(StateError) in
            #expect(try mark.isSet())
            #expect(try !other.isSet())
        }
        #expect(try !mark.isSet())
    }

    @Test("set for ADDs that come after the removal, until there is another network of that name")
    func afterwards() throws {
        let fixture = try StateFixture()
        let (name, store) = (try fixture.name("n1"), NetworkStore(fixture.layout))
        _ = try store.create(name, number: 90, configuration: Self.configuration)
        let mark = NetworkRemovalMark(of: name, fixture.layout)
        try mark.record(goingFrom: fixture.layout.configurationDirectory)
        // Whoever removes may fail between the two.
        #expect(try !mark.isSet())
        try store.remove(try #require(try store.list().file(of: name)))
        #expect(try mark.isSet())
        _ = try store.create(name, number: 50, configuration: Self.configuration)
        #expect(try !mark.isSet())
        try store.remove(try #require(try store.list().file(of: name)))
        try mark.forget()
        #expect(try !mark.isSet())
    }

    @Test("forgotten in time, and when the clock was set back", arguments: [-120, 120] as [Int64])
    func memory(offset: Int64) throws {
        let fixture = try StateFixture()
        let mark = NetworkRemovalMark(of: try fixture.name("n1"), fixture.layout)
        try mark.record(goingFrom: fixture.layout.configurationDirectory)
        #expect(try mark.isSet())
        let path = fixture.layout.locks.appending("network-n1.removed.json")
        var record = try JSONObject(parsing: try File.read(path))
        record["time"] = .number(Timestamp.now().seconds + offset)
        try AtomicFile.write(record.encoded(), to: path)
        #expect(try !mark.isSet())
    }
}
