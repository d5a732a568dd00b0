// SPDX-License-Identifier: Apache-2.0
import JSON
import LinuxSystem
import NetworkTypes
import SwnetState
import SystemPackage
import Testing

@Suite struct NetworkStoreTests {
    @Test("made once, listed, removed") func lifeOfAConfiguration() throws {
        let fixture = try StateFixture()
        let store = NetworkStore(fixture.layout)
        let name = try fixture.name("mynet")
        #expect(try store.list().files.isEmpty)
        let configuration: JSONObject = ["cniVersion": "1.0.0", "name": "mynet", "plugins": [["type": "swnet"]]]
        let path = try store.create(name, number: 50, configuration: configuration)
        #expect(path == fixture.layout.configurationDirectory.appending("50-mynet.conflist"))
        #expect(throws: StateError.exists(name, path)) {
            try store.create(name, number: 51, configuration: configuration)
        }
        let file = try #require(try store.list().file(of: name))
        #expect(file.configuration == configuration)
        #expect(try File.list(fixture.layout.configurationDirectory) == ["50-mynet.conflist"])
        #expect(try store.remove(file))
        #expect(try !store.remove(file))
    }

    @Test("a file that cannot be read hides no other") func listing() throws {
        let fixture = try StateFixture()
        let directory = fixture.layout.configurationDirectory
        try File.createDirectory(directory.appending("00-folder.conflist"))
        for (name, text) in [
            ("20-b.conflist", #"{"name":"b","plugins":[]}"#), ("10-a.conflist", #"{"name":"a","extra":1}"#),
            ("05-torn.conflist", #"{"name":"#), ("06-nameless.conflist", "{}"), ("07-bad.conflist", #"{"name":"a b"}"#),
            ("30-second-a.conflist", #"{"name":"a"}"#), ("01-single.conf", #"{"name":"c"}"#),
        ] {
            try AtomicFile.write(Array(text.utf8), to: directory.appending(name))
        }
        let listing = try NetworkStore(fixture.layout).list()
        #expect(listing.files.map(\.name.text) == ["a", "b", "a", "c"])
        #expect(listing.files.last?.configuration["plugins"] == [["name": "c"]])
        #expect(listing.file(of: try fixture.name("a"))?.path.lastComponent == "10-a.conflist")
        #expect(listing.failures.count == 3)
        #expect(
            listing.failures.last?.description.contains("07-bad.conflist: name: \"a b\" is not a network name") == true)
    }
}

@Suite struct NetworkStateStoreTests {
    @Test func roundTripAndSharing() throws {
        let fixture = try StateFixture()
        let bridge = try #require(InterfaceName("br0"))
        var records: [NetworkRecord] = []
        for (name, subnet) in [("n1", "10.0.0.0/24"), ("n2", "10.1.0.0/16"), ("n3", "10.0.0.128/25")] {
            var record = NetworkRecord(network: try fixture.name(name))
            record.subnets = [try #require(IPPrefix(subnet))]
            record.bridge = name == "n3" ? nil : bridge
            record.hasCreatedBridge = name == "n1"
            record.firewall = ["masquerade": true]
            record.sysctls = [.init(key: "net/ipv4/ip_forward", previous: "0")]
            records.append(record)
            try fixture.networks.write(record)
        }
        let names = records.map(\.network)
        #expect(try fixture.networks.read(names[0]) == records[0])
        let listing = try fixture.networks.list()
        #expect(listing.networks == records)
        #expect(listing.sharing(bridge: bridge, with: names[0]) == [names[1]])
        #expect(listing.sharing(subnet: records[0].subnets[0], with: names[0]) == [names[2]])
        #expect(listing.sharing(subnet: records[1].subnets[0], with: names[1]).isEmpty)
        #expect(try fixture.networks.remove(names[0]))
        #expect(try !fixture.networks.remove(names[0]))
        #expect(try fixture.networks.read(names[0]) == nil)
    }

    @Test func corruption() throws {
        let fixture = try StateFixture()
        var record = NetworkRecord(network: try fixture.name("n1"))
        record.bridge = InterfaceName("br0")
        let whole = JSON.object(record.json).encoded()
        try fixture.networks.write(record)
        for count in 0..<whole.count {
            try File.remove(fixture.layout.network(record.network))
            try AtomicFile.write(Array(whole[..<count]), to: fixture.layout.network(record.network))
            let error = #expect(throws: StateError.self) { try fixture.networks.read(record.network) }
            #expect(error?.isCorrupt == true)
        }
        #expect(try fixture.networks.list().failures.count == 1)
    }
}
